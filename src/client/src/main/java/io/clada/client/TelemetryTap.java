package io.clada.client;

import io.clada.schemas.LoadTelemetry;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on the load telemetry of followed requests, as it comes and without a buffer. It is for the
 * eye: a record that cannot be read is passed over with a warning.
 */
final class TelemetryTap {
  private static final Logger log = LoggerFactory.getLogger(TelemetryTap.class);

  private final String topic;
  private final Deserializer<LoadTelemetry> values;
  private final Consumer<LoadTelemetry> listener;

  TelemetryTap(String topic, Deserializer<LoadTelemetry> values, Consumer<LoadTelemetry> listener) {
    this.topic = topic;
    this.values = values;
    this.listener = listener;
  }

  /** A request's telemetry is in the partition with the number of that of its tokens. */
  List<TopicPartition> partitions(Collection<TopicPartition> tokens) {
    return tokens.stream().map(p -> new TopicPartition(topic, p.partition())).toList();
  }

  void take(ConsumerRecord<String, byte[]> record, Set<String> followed) {
    if (!record.topic().equals(topic) || !followed.contains(record.key())) {
      return;
    }
    try {
      listener.accept(values.deserialize(topic, record.value()));
    } catch (SerializationException e) {
      log.warn(
          "{}-{}: the record at offset {} can't be read",
          topic,
          record.partition(),
          record.offset(),
          e);
    }
  }
}
