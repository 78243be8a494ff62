package io.clada.topology;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueExceptionHandler;

/**
 * Sends telemetry that can never be decoded to the dead-letter topic (KIP-1034) and goes on. A
 * registry that does not answer is no fault of the record, and an unreadable partial of our own is
 * a bug or a downgrade: there the thread stops, so that nothing is lost.
 *
 * <p>Public for Kafka Streams, which creates it by name.
 */
public final class UndecodableRecordHandler implements DeserializationExceptionHandler {
  private final LogAndContinueExceptionHandler deadLetters = new LogAndContinueExceptionHandler();

  private Optional<TopologyMetrics> metrics = Optional.empty();

  /** For Kafka Streams, which calls {@link #configure} next. */
  public UndecodableRecordHandler() {}

  @Override
  public Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
    boolean ours = context.topic().endsWith("-repartition");
    if (exception instanceof SerializationException && !ours) {
      metrics.ifPresent(TopologyMetrics::deadLetter);
      return deadLetters.handleError(context, record, exception);
    }
    return Response.fail();
  }

  @Override
  public void configure(Map<String, ?> configs) {
    deadLetters.configure(configs);
    metrics = TopologyMetrics.of(configs);
  }
}
