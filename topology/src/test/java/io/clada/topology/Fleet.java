package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * A fleet of workers and readers on a real broker, for tests: everything under a topic prefix of
 * its own.
 */
record Fleet(String bootstrapServers, String prefix, Path stateDir) {
  static final int PARTITIONS = 4;
  private static final Map<String, Object> REGISTRY =
      Map.of("schema.registry.url", "mock://topology-app-test");

  /** Settings of the application for this fleet. */
  Properties settings() {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrapServers);
    settings.putAll(REGISTRY);
    settings.put("state.dir", stateDir.toString());
    settings.put("clada.topic.prefix", prefix);
    settings.put("clada.partitions", Integer.toString(PARTITIONS));
    settings.put("clada.replication.factor", "1");
    return settings;
  }

  Topics topics() {
    return new Topics(prefix);
  }

  /** One record, by any worker. */
  record Sent(String request, long at, LoadTelemetry telemetry) {}

  void send(List<Sent> records) {
    Serializer<LoadTelemetry> values =
        new AvroSerdes(REGISTRY).values(LoadTelemetry.class).serializer();
    sendBytes(
        records.stream()
            .map(
                sent ->
                    new ProducerRecord<>(
                        topics().telemetry(),
                        null,
                        sent.at,
                        sent.request,
                        values.serialize(topics().telemetry(), sent.telemetry)))
            .toList());
  }

  /** Importance of neurons, of requests that finished at these times. */
  void sendNeurons(Map<Long, List<NeuronUsage>> usages) {
    Serializer<NeuronUsage> values =
        new AvroSerdes(REGISTRY).values(NeuronUsage.class).serializer();
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    usages.forEach(
        (at, all) ->
            all.forEach(
                usage ->
                    records.add(
                        new ProducerRecord<>(
                            topics().neurons(),
                            null,
                            at,
                            usage.getModel(),
                            values.serialize(topics().neurons(), usage)))));
    sendBytes(records);
  }

  void sendBytes(List<ProducerRecord<String, byte[]>> records) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers),
            new StringSerializer(),
            new ByteArraySerializer())) {
      List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
      producer.flush();
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Committed records of a topic from its beginning to its present end. */
  <T extends SpecificRecord> List<T> read(String topic, Class<T> type) {
    Deserializer<T> values = new AvroSerdes(REGISTRY).values(type).deserializer();
    return readBytes(topic).stream()
        .map(record -> values.deserialize(topic, record.value()))
        .toList();
  }

  List<ConsumerRecord<String, byte[]>> readBytes(String topic) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          IntStream.range(0, PARTITIONS).mapToObj(i -> new TopicPartition(topic, i)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }
}
