package io.clada.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** Where in a topic a request's events are. */
final class Partitions {
  private Partitions() {}

  /** As Kafka's default partitioner, which producers of requests and workers use alike. */
  static TopicPartition of(String topic, String id, int count) {
    int hash = Utils.toPositive(Utils.murmur2(id.getBytes(StandardCharsets.UTF_8)));
    return new TopicPartition(topic, hash % count);
  }

  static List<TopicPartition> all(
      Consumer<String, byte[]> consumer, String topic, Duration timeout) {
    return IntStream.range(0, count(consumer, topic, timeout))
        .mapToObj(partition -> new TopicPartition(topic, partition))
        .toList();
  }

  static int count(Consumer<String, byte[]> consumer, String topic, Duration timeout) {
    @Nullable List<PartitionInfo> partitions;
    try {
      partitions = consumer.partitionsFor(topic, timeout);
    } catch (UnknownTopicOrPartitionException e) {
      throw missing(topic);
    }
    if (partitions == null || partitions.isEmpty()) {
      throw missing(topic);
    }
    return partitions.size();
  }

  private static ClientException missing(String topic) {
    return new ClientException(
        "topic " + topic + " does not exist: start a worker, which creates the topics");
  }
}
