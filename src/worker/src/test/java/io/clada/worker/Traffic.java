package io.clada.worker;

import io.clada.schemas.GenerationRequest;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Somebody who posts requests and reads committed tokens, over real Kafka. */
final class Traffic implements AutoCloseable {
  /** More than a topic takes unless it is told to. */
  static final int MOST_BYTES = 12 << 20;

  private static final Topics TOPICS = new Topics("clada");
  private static final ByteArrayDeserializer BYTES = new ByteArrayDeserializer();

  private final AvroSerdes serdes = new AvroSerdes(Map.of("schema.registry.url", "mock://worker"));
  private final Producer<byte[], byte[]> producer;
  private final Map<String, Object> consumerSettings;
  private final Consumer<byte[], byte[]> consumer;
  private final List<TokenEvent> tokens = new ArrayList<>();
  private final List<ConsumerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();

  Traffic(String bootstrapServers) {
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "max.request.size", MOST_BYTES),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    consumerSettings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    consumer = new KafkaConsumer<>(consumerSettings, BYTES, BYTES);
  }

  /** Once the topics exist. */
  void listen(int partitions) {
    List<TopicPartition> all = new ArrayList<>();
    for (int i = 0; i < partitions; i++) {
      all.add(new TopicPartition(TOPICS.tokens(), i));
      all.add(new TopicPartition(TOPICS.deadLetter(), i));
    }
    consumer.assign(all);
  }

  void post(String id, GenerationRequest request) {
    raw(id, bytes(TOPICS.requests(), GenerationRequest.class, request));
  }

  /** As it stands on a topic. */
  <T extends SpecificRecord> byte[] bytes(String topic, Class<T> type, T value) {
    return serdes.values(type).serializer().serialize(topic, value);
  }

  void cancel(String id) {
    raw(id, null);
  }

  void raw(String id, byte[] value) {
    send(TOPICS.requests(), id, value);
  }

  <T extends SpecificRecord> void publish(String topic, String key, Class<T> type, T value) {
    send(topic, key, serdes.values(type).serializer().serialize(topic, value));
  }

  void send(String topic, String key, byte[] value) {
    send(new ProducerRecord<>(topic, WorkerHarness.utf8(key), value));
  }

  /** Where it stands then. */
  RecordMetadata send(ProducerRecord<byte[], byte[]> record) {
    try {
      return producer.send(record).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** All that has become visible since the beginning. */
  List<TokenEvent> tokens() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
      if (record.topic().equals(TOPICS.deadLetter())) {
        deadLetters.add(record);
      } else {
        tokens.add(
            serdes
                .values(TokenEvent.class)
                .deserializer()
                .deserialize(record.topic(), record.headers(), record.value()));
      }
    }
    return tokens;
  }

  List<TokenEvent> tokens(String id) {
    return tokens().stream().filter(token -> token.getId().equals(id)).toList();
  }

  /** Of a request, as far as they are there when asked for, in the order of their topic. */
  List<NeuronUsage> neurons(String id) {
    try (Consumer<byte[], byte[]> reader = new KafkaConsumer<>(consumerSettings, BYTES, BYTES)) {
      List<TopicPartition> all =
          reader.partitionsFor(TOPICS.neurons()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      reader.assign(all);
      reader.seekToBeginning(all);
      Map<TopicPartition, Long> ends = reader.endOffsets(all);
      List<NeuronUsage> found = new ArrayList<>();
      while (all.stream().anyMatch(p -> reader.position(p) < ends.getOrDefault(p, 0L))) {
        reader
            .poll(Duration.ofMillis(100))
            .forEach(
                record ->
                    found.add(
                        serdes
                            .values(NeuronUsage.class)
                            .deserializer()
                            .deserialize(record.topic(), record.headers(), record.value())));
      }
      return found.stream().filter(usage -> usage.getId().equals(id)).toList();
    }
  }

  long ended() {
    return tokens().stream().filter(token -> token.getFinish() != null).count();
  }

  List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    return deadLetters;
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
