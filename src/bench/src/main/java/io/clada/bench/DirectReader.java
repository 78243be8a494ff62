package io.clada.bench;

import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/** When each committed token could be read from Kafka itself. */
final class DirectReader implements AutoCloseable {
  private final KafkaConsumer<String, TokenEvent> consumer;
  private final Map<String, Map<Integer, Long>> arrivals = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::run, "direct-reader");
  private volatile boolean closed;

  DirectReader(Map<String, Object> kafka) {
    Map<String, Object> reads = new HashMap<>(kafka);
    reads.put("isolation.level", "read_committed");
    reads.put("fetch.max.wait.ms", 100);
    consumer =
        new KafkaConsumer<>(
            reads,
            new StringDeserializer(),
            new AvroSerdes(kafka).values(TokenEvent.class).deserializer());
    String topic = new Topics("clada").tokens();
    List<PartitionInfo> all = consumer.partitionsFor(topic);
    List<TopicPartition> partitions =
        all.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
    thread.start();
  }

  private void run() {
    while (!closed) {
      for (ConsumerRecord<String, TokenEvent> record : consumer.poll(Duration.ofMillis(50))) {
        arrivals
            .computeIfAbsent(record.key(), id -> new ConcurrentHashMap<>())
            .put(record.value().getTokenIndex(), System.nanoTime());
      }
    }
    consumer.close();
  }

  /** By {@link System#nanoTime}; null if it did not come. */
  @Nullable Long arrival(String id, int index) {
    Map<Integer, Long> tokens = arrivals.get(id);
    return tokens == null ? null : tokens.get(index);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
