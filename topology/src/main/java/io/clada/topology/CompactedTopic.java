package io.clada.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One reading of a compacted topic: the last committed value of each key. */
final class CompactedTopic {
  private static final Logger LOG = LoggerFactory.getLogger(CompactedTopic.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private CompactedTopic() {}

  /**
   * Reads to the present end. A value that cannot be decoded is logged and skipped.
   *
   * @param settings of a consumer; no group is joined
   * @return empty where the topic does not exist
   * @throws TopologyException if that takes longer than {@code atMost}
   */
  static <T> Map<String, T> latest(
      Map<String, Object> settings, String topic, Deserializer<T> deserializer, Duration atMost) {
    Timer timer = Time.SYSTEM.timer(atMost);
    Map<String, T> latest = new HashMap<>();
    try (Consumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            readCommitted(settings),
            new StringDeserializer(),
            org.apache.kafka.common.serialization.Serdes.ByteArray().deserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic, atMost).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, atMost);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        timer.update();
        if (timer.isExpired()) {
          throw new TopologyException(
              "%s could not be read within %d ms".formatted(topic, atMost.toMillis()));
        }
        consumer.poll(POLL).forEach(record -> put(record, deserializer, latest));
      }
    }
    return latest;
  }

  private static <T> void put(
      ConsumerRecord<String, byte[]> record, Deserializer<T> deserializer, Map<String, T> latest) {
    if (record.value() == null) {
      latest.remove(record.key());
      return;
    }
    try {
      latest.put(
          record.key(), deserializer.deserialize(record.topic(), record.headers(), record.value()));
    } catch (SerializationException e) {
      LOG.warn(
          "{}-{} offset {} is skipped: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.toString());
    }
  }

  private static Map<String, Object> readCommitted(Map<String, Object> settings) {
    Map<String, Object> config = new HashMap<>(settings);
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    return config;
  }
}
