package io.clada.cli;

import io.clada.schemas.LoadTelemetry;
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
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Reads what workers write from the moment it is opened: tokens and, if asked for, load telemetry.
 *
 * <p>Assigns partitions itself, so that it neither joins a group nor commits offsets. One thread
 * only, save {@link #wakeUp}.
 */
final class TokenLog implements AutoCloseable {
  private final Consumer<String, SpecificRecord> consumer;

  /**
   * @param ids requests whose partitions to read; others share them
   * @param committed true: each token once and final; false: sooner, and a crash may retract some
   */
  TokenLog(
      Properties properties,
      Topics topics,
      Collection<String> ids,
      boolean committed,
      boolean telemetry) {
    Map<String, Object> config = Settings.asMap(properties);
    config.put("isolation.level", committed ? "read_committed" : "read_uncommitted");
    config.put("enable.auto.commit", false);
    config.put("auto.offset.reset", "earliest");
    config.put("fetch.max.wait.ms", 100);
    config.put("allow.auto.create.topics", false);
    config.remove("group.id");
    AvroSerdes serdes = new AvroSerdes(config);
    Deserializer<TokenEvent> tokens = serdes.values(TokenEvent.class).deserializer();
    Deserializer<LoadTelemetry> loads = serdes.values(LoadTelemetry.class).deserializer();
    String tokenTopic = topics.tokens();
    Deserializer<SpecificRecord> values =
        (topic, bytes) ->
            topic.equals(tokenTopic)
                ? tokens.deserialize(topic, bytes)
                : loads.deserialize(topic, bytes);
    consumer = new KafkaConsumer<>(config, new StringDeserializer(), values);
    List<TopicPartition> partitions = new ArrayList<>(partitionsOf(tokenTopic, ids));
    if (telemetry) {
      partitions.addAll(partitionsOf(topics.telemetry(), ids));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // Seeking is lazy: without asking for the position, what is written meanwhile would be missed.
    partitions.forEach(consumer::position);
  }

  private Set<TopicPartition> partitionsOf(String topic, Collection<String> ids) {
    int count = consumer.partitionsFor(topic).size();
    if (count == 0) {
      throw new CliException(
          "topic " + topic + " does not exist: start a worker, which creates the topics");
    }
    return ids.stream()
        .map(id -> new TopicPartition(topic, partition(id, count)))
        .collect(Collectors.toSet());
  }

  /** Where Kafka's default partitioner puts a key. */
  private static int partition(String key, int count) {
    return Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % count;
  }

  /** Events that arrived, in order within each request; empty after {@code timeout} without any. */
  List<SpecificRecord> poll(Duration timeout) {
    List<SpecificRecord> events = new ArrayList<>();
    consumer.poll(timeout).forEach(r -> events.add(r.value()));
    return events;
  }

  /** Ends a {@link #poll} that waits, with a WakeupException. From any thread. */
  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close();
  }
}
