package io.clada.cli;

import io.clada.schemas.GenerationRequest;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/** Posts requests and cancellations; each call returns once the brokers have stored it. */
final class Requests implements AutoCloseable {
  private final String topic;
  private final Producer<String, GenerationRequest> producer;

  Requests(Properties properties, Topics topics) {
    topic = topics.requests();
    Map<String, Object> config = Settings.asMap(properties);
    config.put("acks", "all");
    config.put("enable.idempotence", true);
    config.putIfAbsent("linger.ms", 0);
    config.putIfAbsent("max.block.ms", 10_000);
    Serde<GenerationRequest> values = new AvroSerdes(config).values(GenerationRequest.class);
    producer = new KafkaProducer<>(config, new StringSerializer(), values.serializer());
  }

  void post(String id, GenerationRequest request) throws InterruptedException {
    send(id, request);
  }

  /** A tombstone under the request's id. */
  void cancel(String id) throws InterruptedException {
    send(id, null);
  }

  private void send(String id, @Nullable GenerationRequest request) throws InterruptedException {
    try {
      producer.send(new ProducerRecord<>(topic, id, request)).get();
    } catch (ExecutionException e) {
      throw new CliException(topic + ": request " + id + " was not stored: " + e.getCause(), e);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
