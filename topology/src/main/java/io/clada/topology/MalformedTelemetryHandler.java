package io.clada.topology;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends telemetry that makes no sense to the dead-letter topic (KIP-1034) and goes on; every other
 * exception stops the thread.
 *
 * <p>Public for Kafka Streams, which creates it by name.
 */
public final class MalformedTelemetryHandler implements ProcessingExceptionHandler {
  private final LogAndContinueProcessingExceptionHandler deadLetters =
      new LogAndContinueProcessingExceptionHandler();

  private Optional<TopologyMetrics> metrics = Optional.empty();

  /** For Kafka Streams, which calls {@link #configure} next. */
  public MalformedTelemetryHandler() {}

  @Override
  public Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
    if (exception instanceof MalformedTelemetryException) {
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
