package io.clada.client;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One partition of the topic of tokens: who follows requests in it, and records that were read but
 * found no room. While there are any, no more are read. On the dispatcher's thread only.
 */
final class Feed {
  private final Map<String, Subscription> subscriptions = new HashMap<>();
  private final Deque<ConsumerRecord<String, byte[]>> backlog = new ArrayDeque<>();
  private long next;
  private long blockedSince;
  private boolean sought;

  /**
   * @param next offset of the first record to read
   */
  Feed(long next) {
    this.next = next;
  }

  long next() {
    return next;
  }

  void add(Subscription subscription) {
    subscriptions.put(subscription.id(), subscription);
  }

  void remove(String id) {
    subscriptions.remove(id);
  }

  Collection<Subscription> subscriptions() {
    return subscriptions.values();
  }

  boolean isUnused() {
    return subscriptions.isEmpty();
  }

  boolean isBlocked() {
    return !backlog.isEmpty();
  }

  /** Reads again from an earlier place; what is read twice is recognised by its index. */
  void rewind(long offset) {
    if (offset < next) {
      next = backlog.isEmpty() ? offset : Math.min(offset, backlog.element().offset());
      backlog.clear();
      sought = false;
    }
  }

  /** A new consumer is to go on where the last one was. */
  void seekAgain() {
    sought = false;
  }

  /** Whether the consumer is still to be told where to read; asked once. */
  boolean mustSeek() {
    boolean must = !sought;
    sought = true;
    return must;
  }

  void take(ConsumerRecord<String, byte[]> record, long now) {
    next = record.offset() + 1;
    if (!backlog.isEmpty() || !deliver(record)) {
      if (backlog.isEmpty()) {
        blockedSince = now;
      }
      backlog.add(record);
    }
  }

  /** Delivers what found no room, in order, as far as there is room now. */
  void flush(long now) {
    while (!backlog.isEmpty() && deliver(backlog.element())) {
      backlog.remove();
      blockedSince = now;
    }
  }

  /**
   * Gives up the reader that others wait for, if they have waited for so long. One that nobody
   * waits for may take its time: a person who pages through an answer.
   */
  void dropSlowReader(long now, long patienceNanos) {
    if (backlog.isEmpty() || now - blockedSince <= patienceNanos) {
      return;
    }
    Subscription slow = subscriptions.get(backlog.element().key());
    if (slow != null && (slow.isUnreadable() || isWaitedFor(slow))) {
      subscriptions.remove(slow.id());
      slow.giveUp();
    }
  }

  private boolean isWaitedFor(Subscription slow) {
    return subscriptions.values().stream().anyMatch(other -> !other.sharesReader(slow));
  }

  private boolean deliver(ConsumerRecord<String, byte[]> record) {
    Subscription subscription = subscriptions.get(record.key());
    return subscription == null || subscription.deliver(record);
  }
}
