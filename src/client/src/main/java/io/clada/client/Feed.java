package io.clada.client;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One partition of the topic of tokens, and who follows requests in it. Whose reader is slow falls
 * behind, while the others go on; once there is room for it, the log is read again from there, and
 * the others pass over what they have had. On the dispatcher's thread only.
 */
final class Feed {
  private final Map<String, Subscription> subscriptions = new HashMap<>();
  private long next;
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
    rewind(subscription.next());
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

  /** Whether nobody can take what would be read. */
  boolean isBlocked() {
    return subscriptions.values().stream().allMatch(Subscription::isBehind);
  }

  /** Nobody gets twice what is read again. */
  private void rewind(long offset) {
    if (offset < next) {
      subscriptions.values().forEach(subscription -> subscription.passOver(next));
      seek(offset);
    }
  }

  private void seek(long offset) {
    next = offset;
    sought = false;
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
    Subscription subscription = subscriptions.get(record.key());
    if (subscription != null) {
      subscription.take(record, now);
    }
  }

  /** Reads again for those who were behind and have room. */
  void catchUp() {
    for (Subscription subscription : subscriptions.values()) {
      if (subscription.isBehind() && subscription.retry()) {
        rewind(subscription.next());
        subscription.goOn();
      }
    }
  }

  /** Ends those whose tokens cannot be read for so long. */
  void dropUnreadable(long now, long patienceNanos) {
    subscriptions.values().removeIf(one -> one.giveUp(now, patienceNanos));
  }

  /** What was to be read is gone: drops those that would have needed it, and returns them. */
  List<Subscription> dropLost() {
    List<Subscription> lost =
        subscriptions.values().stream().filter(one -> one.next() <= next).toList();
    lost.forEach(subscription -> remove(subscription.id()));
    seek(
        subscriptions.values().stream()
            .filter(one -> !one.isBehind())
            .mapToLong(Subscription::next)
            .min()
            .orElse(next));
    return lost;
  }
}
