package io.clada.cli;

import io.clada.schemas.GenerationRequest;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** A producer with the patience for a broker that comes and goes; keeps the order of its posts. */
final class ChaosPosts implements AutoCloseable {
  private static final int PATIENCE_MS = 300_000;

  private final String topic;
  private final Producer<String, byte[]> producer;
  private final Serializer<GenerationRequest> values;
  private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

  ChaosPosts(Properties properties, Topics topics) {
    topic = topics.requests();
    Map<String, Object> config = Settings.asMap(properties);
    config.put("acks", "all");
    config.put("enable.idempotence", true);
    config.put("max.block.ms", PATIENCE_MS);
    config.put("request.timeout.ms", 5_000);
    config.put("delivery.timeout.ms", PATIENCE_MS);
    values = new AvroSerdes(config).values(GenerationRequest.class).serializer();
    producer = new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    // The registry may be away when the first one is posted.
    values.serialize(topic, GenerationRequest.newBuilder().build());
  }

  /** Returns at once. */
  void post(String id, GenerationRequest request) {
    send(id, values.serialize(topic, request));
  }

  void garbage(String id) {
    send(id, ChaosRequest.garbage());
  }

  void cancel(String id) {
    send(id, null);
  }

  private void send(String id, byte[] value) {
    var unused =
        producer.send(
            new ProducerRecord<>(topic, id, value),
            (metadata, failure) -> {
              if (failure != null) {
                failures.add(failure);
              }
            });
  }

  /** Waits until the broker has everything. */
  void flush() {
    producer.flush();
    if (!failures.isEmpty()) {
      throw new AssertionError("not stored", failures.peek());
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
