package io.clada.client;

import io.clada.schemas.TokenEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * One followed request. It is behind from a record on that found no room, or no schema to read it
 * with. On the dispatcher's thread only.
 */
final class Subscription {
  private final String id;
  private final Mailbox mailbox;
  private final Deserializer<TokenEvent> values;
  private long next;
  private @Nullable ConsumerRecord<String, byte[]> refused;
  private long refusedNanos;
  private @Nullable RetriableException unreadable;

  /**
   * @param next offset before which nothing is meant for it
   */
  Subscription(String id, long next, Mailbox mailbox, Deserializer<TokenEvent> values) {
    this.id = id;
    this.next = next;
    this.mailbox = mailbox;
    this.values = values;
  }

  String id() {
    return id;
  }

  /** Offset of the first record that may still be meant for it. */
  long next() {
    return next;
  }

  boolean isBehind() {
    return refused != null;
  }

  void take(ConsumerRecord<String, byte[]> record, long now) {
    if (!isBehind() && record.offset() >= next && !deliver(record)) {
      refused = record;
      refusedNanos = now;
    }
  }

  /** Whether the record that was refused is taken now; what came after it is still to be read. */
  boolean retry() {
    return refused != null && !mailbox.isFull() && deliver(refused);
  }

  /** Is not behind any more, now that the log is read again. */
  void goOn() {
    refused = null;
  }

  /** Has had what is before this offset, unless it is behind. */
  void passOver(long offset) {
    if (!isBehind()) {
      next = Math.max(next, offset);
    }
  }

  private boolean deliver(ConsumerRecord<String, byte[]> record) {
    boolean taken = record.value() == null || offer(record, record.value());
    if (taken) {
      next = record.offset() + 1;
    }
    return taken;
  }

  private boolean offer(ConsumerRecord<String, byte[]> record, byte[] value) {
    try {
      TokenEvent event = values.deserialize(record.topic(), value);
      unreadable = null;
      return mailbox.offer(new Arrival(event, record.partition(), record.offset()));
    } catch (RetriableException e) {
      unreadable = e;
      return false;
    } catch (KafkaException e) {
      mailbox.fail(
          new ClientException(
              "%s-%d: the event at offset %d can't be read: %s"
                  .formatted(record.topic(), record.partition(), record.offset(), e.getMessage()),
              e));
      return true;
    }
  }

  void fail(ClientException reason) {
    mailbox.fail(reason);
  }

  /** Ends it if its next event could not be read for so long. */
  boolean giveUp(long now, long patienceNanos) {
    RetriableException reason = unreadable;
    if (reason == null || now - refusedNanos <= patienceNanos) {
      return false;
    }
    mailbox.fail(
        new ClientException(
            "request " + id + ": its tokens can't be read: " + reason.getMessage(), reason));
    return true;
  }
}
