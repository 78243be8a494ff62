package io.clada.bench;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import io.clada.topology.AggregationApp;
import io.clada.topology.TopologyConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Utils;

/**
 * The aggregation application and a real broker in this process, with nothing else to do. Records
 * may be there before it starts.
 */
final class MeasuredTopology implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String REGISTRY = "mock://bench";

  private final EmbeddedKafka kafka;
  private final Path state;
  private final Topics topics = new Topics(Topics.DEFAULT_PREFIX);
  private final AvroSerdes serdes = new AvroSerdes(Map.of("schema.registry.url", REGISTRY));
  private final AwaitedCounters counters = new AwaitedCounters();
  private final KafkaProducer<byte[], byte[]> producer;
  private final AggregationApp app;

  /**
   * @param settings over the defaults
   */
  MeasuredTopology(int partitions, Map<String, String> broker, Map<String, String> settings) {
    kafka = EmbeddedKafka.start(new EmbeddedKafka.Options(null, 0, broker));
    try (Admin admin = Admin.create(connection())) {
      topics.createMissing(admin, partitions, (short) 1);
    }
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    try {
      state = Files.createTempDirectory("clada-bench-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Properties all = new Properties();
    all.putAll(settings);
    all.putAll(connection());
    all.put("schema.registry.url", REGISTRY);
    all.put("clada.partitions", String.valueOf(partitions));
    all.put("clada.replication.factor", "1");
    all.put("state.dir", state.toString());
    app = new AggregationApp(TopologyConfig.of(all), counters);
  }

  private Map<String, Object> connection() {
    return Map.of("bootstrap.servers", kafka.bootstrapServers());
  }

  Topics topics() {
    return topics;
  }

  <T extends SpecificRecord> byte[] bytes(String topic, Class<T> type, T value) {
    return serdes.values(type).serializer().serialize(topic, value);
  }

  void send(String topic, String key, byte[] value) {
    Future<RecordMetadata> unused =
        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value));
  }

  void flush() {
    producer.flush();
  }

  void start() throws InterruptedException {
    app.start();
    if (!app.awaitRunning(PATIENCE)) {
      throw new IllegalStateException("the topology does not run");
    }
  }

  /** One of the application's own counts. */
  long count(String meter) {
    return counters.count(meter);
  }

  /** Returns once one of them has come this far. */
  void await(String meter, long count) throws InterruptedException {
    counters.await(meter, count);
  }

  /** Committed records of a topic from its beginning to its present end. */
  List<ConsumerRecord<byte[], byte[]>> read(String topic) {
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                kafka.bootstrapServers(),
                "isolation.level",
                "read_committed",
                "auto.offset.reset",
                "earliest"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
    return read(topic).stream()
        .map(record -> serdes.values(type).deserializer().deserialize(topic, null, record.value()))
        .toList();
  }

  /** Topics that the application's stores are restored from. */
  List<String> changelogs() {
    try (Admin admin = Admin.create(connection())) {
      return admin.listTopics().names().get().stream()
          .filter(name -> name.endsWith("-changelog"))
          .toList();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  Path state() {
    return state;
  }

  @Override
  public void close() {
    app.close();
    producer.close();
    kafka.close();
    try {
      Utils.delete(state.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
