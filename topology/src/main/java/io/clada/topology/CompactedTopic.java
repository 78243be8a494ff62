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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A compacted topic as a table: the last committed value of each key. For one thread. */
final class CompactedTopic<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CompactedTopic.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final String topic;
  private final Deserializer<T> deserializer;
  private final Consumer<String, byte[]> consumer;
  private final Map<String, T> latest = new HashMap<>();

  /**
   * @param settings of a consumer; no group is joined
   */
  CompactedTopic(Map<String, Object> settings, String topic, Deserializer<T> deserializer) {
    this.topic = topic;
    this.deserializer = deserializer;
    this.consumer =
        new KafkaConsumer<>(
            readCommitted(settings), new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** One reading. */
  static <T> Map<String, T> latest(
      Map<String, Object> settings, String topic, Deserializer<T> deserializer, Duration atMost) {
    try (CompactedTopic<T> table = new CompactedTopic<>(settings, topic, deserializer)) {
      return table.readToEnd(atMost);
    }
  }

  /**
   * Reads on to the present end. A value that cannot be decoded is logged and skipped.
   *
   * @return a copy; empty where the topic does not exist
   * @throws TopologyException if that takes longer than {@code atMost}
   */
  Map<String, T> readToEnd(Duration atMost) {
    Timer timer = Time.SYSTEM.timer(atMost);
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic, atMost).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (consumer.assignment().isEmpty()) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, atMost);
    while (ends.entrySet().stream().anyMatch(end -> position(end.getKey()) < end.getValue())) {
      timer.update();
      if (timer.isExpired()) {
        throw new TopologyException(
            "%s could not be read within %d ms".formatted(topic, atMost.toMillis()));
      }
      consumer.poll(POLL).forEach(this::put);
    }
    return new HashMap<>(latest);
  }

  private long position(TopicPartition partition) {
    return consumer.position(partition);
  }

  private void put(ConsumerRecord<String, byte[]> record) {
    if (record.value() == null) {
      latest.remove(record.key());
      return;
    }
    try {
      latest.put(record.key(), deserializer.deserialize(topic, record.headers(), record.value()));
    } catch (SerializationException e) {
      LOG.warn(
          "{}-{} offset {} is skipped: {}",
          topic,
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

  @Override
  public void close() {
    consumer.close();
  }
}
