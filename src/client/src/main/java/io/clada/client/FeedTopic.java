package io.clada.client;

import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A topic of a {@link FleetFeed}.
 *
 * @param past how far back it is read from; null: from its beginning
 */
record FeedTopic<T>(@Nullable Duration past, Deserializer<T> values, Taker<T> taker) {
  private static final Logger log = LoggerFactory.getLogger(FeedTopic.class);

  /** Takes a record that could be read. */
  interface Taker<T> {
    void take(String key, T value, Instant written);
  }

  void take(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      return;
    }
    T value;
    try {
      value = values.deserialize(record.topic(), record.value());
    } catch (KafkaException e) {
      log.warn(
          "{}-{}: the record at offset {} can't be read",
          record.topic(),
          record.partition(),
          record.offset(),
          e);
      return;
    }
    taker.take(record.key(), value, Instant.ofEpochMilli(record.timestamp()));
  }
}
