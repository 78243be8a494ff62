package io.clada.client;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * A broker with the topics of a fleet under a prefix of its own, and what a worker would write,
 * under the test's control.
 */
final class Fleet implements AutoCloseable {
  static final int PARTITIONS = 3;

  private final Map<String, Object> properties = new HashMap<>();
  private final Topics topics;
  private final AvroSerdes serdes;
  private final KafkaProducer<String, byte[]> plain;
  private final List<KafkaProducer<String, byte[]>> producers = new ArrayList<>();
  private final List<Future<RecordMetadata>> unconfirmed = new ArrayList<>();

  Fleet(EmbeddedKafka kafka) {
    String prefix = "fleet-" + UUID.randomUUID();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("schema.registry.url", "mock://client-tests");
    properties.put("clada.topic.prefix", prefix);
    topics = new Topics(prefix);
    serdes = new AvroSerdes(properties);
    try (Admin admin = Admin.create(properties)) {
      topics.createMissing(admin, PARTITIONS, (short) 1);
    }
    plain = new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
  }

  Map<String, Object> properties() {
    return properties;
  }

  Topics topics() {
    return topics;
  }

  /** An answer's tokens {@code from} to {@code to}, whose texts are their indices; committed. */
  void answer(String id, int from, int to, boolean finished) {
    for (int i = from; i < to; i++) {
      write(topics.tokens(), id, event(id, i, 0, finished && i == to - 1));
    }
    confirm();
  }

  /** A worker's open transaction. */
  Transaction begin() {
    Map<String, Object> config = new HashMap<>(properties);
    config.put("transactional.id", UUID.randomUUID().toString());
    KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    producers.add(producer);
    producer.initTransactions();
    producer.beginTransaction();
    return new Transaction(producer);
  }

  final class Transaction {
    private final KafkaProducer<String, byte[]> producer;

    private Transaction(KafkaProducer<String, byte[]> producer) {
      this.producer = producer;
    }

    Transaction token(String id, int index, int attempt, boolean last) {
      byte[] value = bytes(topics.tokens(), event(id, index, attempt, last));
      stored(producer, new ProducerRecord<>(topics.tokens(), id, value));
      return this;
    }

    void commit() {
      producer.commitTransaction();
    }

    void abort() {
      producer.abortTransaction();
    }
  }

  void telemetry(LoadTelemetry load) {
    write(topics.telemetry(), load.getId(), load);
    confirm();
  }

  void thresholds(String key, Thresholds thresholds) {
    write(topics.thresholds(), key, thresholds);
    confirm();
  }

  void raw(String topic, String id, byte[] value) {
    stored(plain, new ProducerRecord<>(topic, id, value));
  }

  private void write(String topic, String id, SpecificRecord value) {
    unconfirmed.add(plain.send(new ProducerRecord<>(topic, id, bytes(topic, value))));
  }

  private void confirm() {
    try {
      for (Future<RecordMetadata> write : unconfirmed) {
        write.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
    unconfirmed.clear();
  }

  private static void stored(
      KafkaProducer<String, byte[]> producer, ProducerRecord<String, byte[]> record) {
    try {
      producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private <T extends SpecificRecord> byte[] bytes(String topic, T value) {
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) value.getClass();
    return serdes.values(type).serializer().serialize(topic, value);
  }

  static TokenEvent event(String id, int index, int attempt, boolean last) {
    return TokenEvent.newBuilder()
        .setId(id)
        .setTokenIndex(index)
        .setAttempt(attempt)
        .setText(" " + index)
        .setFinish(last ? Finish.LENGTH : null)
        .build();
  }

  /** What was posted under an id, tombstones included, once there are so many. */
  List<GenerationRequest> posted(String id, int count) {
    List<GenerationRequest> found = new ArrayList<>();
    Map<String, Object> config = new HashMap<>(properties);
    config.put("group.id", UUID.randomUUID().toString());
    config.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<String, GenerationRequest> consumer =
        new KafkaConsumer<>(
            config,
            new StringDeserializer(),
            serdes.values(GenerationRequest.class).deserializer())) {
      consumer.subscribe(List.of(topics.requests()));
      Awaitility.await()
          .atMost(Duration.ofMinutes(3))
          .until(
              () -> {
                for (ConsumerRecord<String, GenerationRequest> record :
                    consumer.poll(Duration.ofMillis(100))) {
                  if (record.key().equals(id)) {
                    found.add(record.value());
                  }
                }
                return found.size() >= count;
              });
    }
    return found;
  }

  /** An id whose tokens are in a partition other than that of another's. */
  static String elsewhere(String id) {
    int i = 0;
    while (partition("other-" + i) == partition(id)) {
      i++;
    }
    return "other-" + i;
  }

  /** An id whose tokens are in the same partition as another's. */
  static String beside(String id) {
    int i = 0;
    while (partition("same-" + i) != partition(id)) {
      i++;
    }
    return "same-" + i;
  }

  private static int partition(String id) {
    return BuiltInPartitioner.partitionForKey(id.getBytes(StandardCharsets.UTF_8), PARTITIONS);
  }

  @Override
  public void close() {
    plain.close();
    producers.forEach(KafkaProducer::close);
  }
}
