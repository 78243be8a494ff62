package io.clada.client;

import io.clada.schemas.TokenEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** One followed request. On the dispatcher's thread only. */
final class Subscription {
  private final String id;
  private final long from;
  private final Mailbox mailbox;
  private final Deserializer<TokenEvent> values;
  private @Nullable RetriableException unreadable;

  /**
   * @param from offset before which nothing is meant for it
   */
  Subscription(String id, long from, Mailbox mailbox, Deserializer<TokenEvent> values) {
    this.id = id;
    this.from = from;
    this.mailbox = mailbox;
    this.values = values;
  }

  String id() {
    return id;
  }

  /** Whether one thread reads both. */
  boolean sharesReader(Subscription other) {
    return mailbox == other.mailbox;
  }

  /** Whether the event that is due cannot be read for now. */
  boolean isUnreadable() {
    return unreadable != null;
  }

  /** False if it is to be delivered again later: there is no room, or no schema to read it with. */
  boolean deliver(ConsumerRecord<String, byte[]> record) {
    if (record.offset() < from || record.value() == null) {
      return true;
    }
    try {
      TokenEvent event = values.deserialize(record.topic(), record.value());
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

  /** Ends it since others wait for it. */
  void giveUp() {
    RetriableException reason = unreadable;
    mailbox.fail(
        reason == null
            ? new ClientException(
                "request "
                    + id
                    + ": its tokens were not read for so long that it is given up; read faster, or"
                    + " follow it again from its bookmark")
            : new ClientException(
                "request " + id + ": its tokens can't be read: " + reason.getMessage(), reason));
  }
}
