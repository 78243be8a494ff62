package io.clada.cli;

import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Every committed token that workers write from the moment it is opened, also such as the client
 * would pass over.
 */
final class TokenLog implements AutoCloseable {
  private final Consumer<String, TokenEvent> consumer;

  /**
   * @param ids requests whose partitions to read; others share them
   */
  TokenLog(Properties properties, Topics topics, Collection<String> ids) {
    Map<String, Object> config = Settings.asMap(properties);
    config.put("isolation.level", "read_committed");
    config.put("enable.auto.commit", false);
    config.put("fetch.max.wait.ms", 100);
    consumer =
        new KafkaConsumer<>(
            config,
            new StringDeserializer(),
            new AvroSerdes(config).values(TokenEvent.class).deserializer());
    int count = consumer.partitionsFor(topics.tokens()).size();
    List<TopicPartition> partitions =
        ids.stream()
            .map(id -> new TopicPartition(topics.tokens(), partition(id, count)))
            .distinct()
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // Seeking is lazy: without asking for the position, what is written meanwhile would be missed.
    partitions.forEach(consumer::position);
  }

  /** Where Kafka's default partitioner puts a key. */
  private static int partition(String key, int count) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % count;
  }

  /** Events that arrived, in order within each request; empty after {@code timeout} without any. */
  List<TokenEvent> poll(Duration timeout) {
    List<TokenEvent> events = new ArrayList<>();
    consumer.poll(timeout).forEach(record -> events.add(record.value()));
    return events;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
