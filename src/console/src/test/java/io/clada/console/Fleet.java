package io.clada.console;

import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** A fleet whose only worker is the test: topics under a prefix of their own. */
final class Fleet implements AutoCloseable {
  private final Map<String, Object> properties = new HashMap<>();
  private final Topics topics = new Topics("fleet-" + UUID.randomUUID());
  private final KafkaConsumer<String, GenerationRequest> requests;
  private final KafkaProducer<String, TokenEvent> tokens;

  Fleet(Map<String, ?> kafka) {
    properties.putAll(kafka);
    properties.put("clada.topic.prefix", topics.requests().replace(".requests", ""));
    try (Admin admin = Admin.create(properties)) {
      topics.createMissing(admin, 1, (short) 1);
    }
    AvroSerdes serdes = new AvroSerdes(properties);
    Map<String, Object> reading = new HashMap<>(properties);
    reading.put("group.id", UUID.randomUUID().toString());
    reading.put("auto.offset.reset", "earliest");
    requests =
        new KafkaConsumer<>(
            reading,
            new StringDeserializer(),
            serdes.values(GenerationRequest.class).deserializer());
    requests.subscribe(List.of(topics.requests()));
    tokens =
        new KafkaProducer<>(
            properties, new StringSerializer(), serdes.values(TokenEvent.class).serializer());
  }

  Map<String, Object> properties() {
    return properties;
  }

  /** The id of the next request that was posted. */
  String awaitRequest() {
    return await(record -> record.value() != null);
  }

  /** The id of the next request that is to be cancelled. */
  String awaitTombstone() {
    return await(record -> record.value() == null);
  }

  private String await(Predicate<ConsumerRecord<String, GenerationRequest>> wanted) {
    String[] found = new String[1];
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(
            () -> {
              for (ConsumerRecord<String, GenerationRequest> record :
                  requests.poll(Duration.ofMillis(100))) {
                if (wanted.test(record)) {
                  found[0] = record.key();
                }
              }
              return found[0] != null;
            });
    return found[0];
  }

  void write(TokenEvent event) throws Exception {
    tokens.send(new ProducerRecord<>(topics.tokens(), event.getId(), event)).get();
  }

  @Override
  public void close() {
    requests.close();
    tokens.close();
  }
}
