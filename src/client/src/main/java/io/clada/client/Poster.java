package io.clada.client;

import io.clada.schemas.GenerationRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** Posts requests and cancellations. Safe for use by several threads. */
final class Poster implements AutoCloseable {
  private final Producer<String, GenerationRequest> producer;
  private final String topic;
  private final Duration timeout;

  Poster(Producer<String, GenerationRequest> producer, String topic, Duration timeout) {
    this.producer = producer;
    this.topic = topic;
    this.timeout = timeout;
  }

  /** What is on its way to the brokers. */
  record Posted(String id, Future<RecordMetadata> stored) {}

  /**
   * Sends it off; {@link #await} tells what has come of it.
   *
   * @param request null: a tombstone, which cancels
   * @param headers of the record
   * @throws ClientException if it was not sent
   */
  Posted post(String id, @Nullable GenerationRequest request, Map<String, String> headers) {
    ProducerRecord<String, GenerationRequest> record = new ProducerRecord<>(topic, id, request);
    headers.forEach(
        (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    try {
      return new Posted(id, producer.send(record));
    } catch (KafkaException e) {
      throw notStored(id, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Returns once the brokers have stored it.
   *
   * @throws ClientException if it was not stored, or it is not known whether it was: posting it
   *     again under the same id is safe
   */
  void await(Posted posted) {
    String id = posted.id();
    try {
      posted.stored().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw notStored(id, "the thread was interrupted", e);
    } catch (TimeoutException e) {
      throw notStored(id, "no broker confirmed it in " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw notStored(id, String.valueOf(cause.getMessage()), cause);
    }
  }

  private ClientException notStored(String id, String reason, Throwable cause) {
    return new ClientException(topic + ": request " + id + " was not stored: " + reason, cause);
  }

  @Override
  public void close() {
    producer.close();
  }
}
