package io.clada.worker;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.TokenEvent;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.internals.InternalProcessorContext;
import org.jspecify.annotations.Nullable;

/** Forwards to the topology's sinks, within the task's transaction. */
final class Outputs {
  static final String TOKENS = "tokens";
  static final String TELEMETRY = "telemetry";
  static final String NEURONS = "neurons";
  static final String DEAD_LETTER = "dead-letter";

  /** W3C Trace Context: travels from a request to all that it causes. */
  static final String TRACEPARENT = "traceparent";

  private final ProcessorContext<Object, Object> context;
  private final Commits commits;
  private final WorkerMetrics metrics;
  private final RequestTraces traces;
  private final DeadLetters deadLetters;

  Outputs(ProcessorContext<Object, Object> context, Dependencies deps) {
    this.context = context;
    this.commits = deps.commits();
    this.metrics = deps.metrics();
    this.traces = deps.traces();
    this.deadLetters = new DeadLetters(deps.admission().maxDeadLetterBytes());
  }

  /**
   * @param asked null for a request that could not be read
   */
  void token(@Nullable Asked asked, TokenEvent event, byte @Nullable [] traceparent) {
    forward(event.getId(), event, traceparent, TOKENS);
    metrics.forwarded(asked, event);
    traces.forwarded(asked, event, traceparent, context.currentSystemTimeMs());
  }

  /** Repeats how a request ended; it does not end again. */
  void again(TokenEvent event, byte @Nullable [] traceparent) {
    forward(event.getId(), event, traceparent, TOKENS);
  }

  void telemetry(LoadTelemetry window, byte @Nullable [] traceparent) {
    forward(window.getId(), window, traceparent, TELEMETRY);
  }

  void neurons(NeuronUsage usage, byte @Nullable [] traceparent) {
    forward(usage.getModel(), usage, traceparent, NEURONS);
  }

  void deadLetter(RequestRecord request, Exception reason) {
    context.forward(deadLetters.of(request, reason), DEAD_LETTER);
  }

  /**
   * Has the next commit name the offset of this task's partition, also where no request has been
   * read since the task began. Brokers refuse an offset, and the transaction with it, to a worker
   * that is no longer of its group (KIP-447). A transaction without any would be taken of a worker
   * that slept while its requests went on elsewhere, and what is in it would be said twice.
   */
  void nameOffset() {
    ((InternalProcessorContext<Object, Object>) context).addProcessorMetadataKeyValue("clada", 1);
  }

  /** Of the requests' topic. */
  int partition() {
    return context.taskId().partition();
  }

  private void forward(Object key, Object value, byte @Nullable [] traceparent, String sink) {
    RecordHeaders headers = new RecordHeaders();
    if (traceparent != null) {
      headers.add(TRACEPARENT, traceparent);
    }
    context.forward(new Record<>(key, value, context.currentSystemTimeMs(), headers), sink);
    commits.ask();
  }
}
