package io.clada.worker;

import io.clada.schemas.Finish;
import io.clada.schemas.Timings;
import io.clada.schemas.TokenEvent;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A span per request, below the one that its {@code traceparent} names, with a span each for the
 * queue, the prefill and the decoding. Made at the request's end, from the timings of its terminal
 * event: a worker that dies leaves none, its successor's span says by {@code clada.attempt} that it
 * went on.
 */
final class RequestTraces {
  private static final AttributeKey<List<String>> FINISH_REASONS =
      AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");

  private final Tracer tracer;

  RequestTraces(OpenTelemetry telemetry) {
    tracer = telemetry.getTracer("io.clada.worker");
  }

  /**
   * @param asked null for a request that could not be read
   * @param event of which only one that ends a request makes spans
   * @param nowMs when it ended
   */
  void forwarded(
      @Nullable Asked asked, TokenEvent event, byte @Nullable [] traceparent, long nowMs) {
    if (event.getFinish() == null) {
      return;
    }
    Timings timings = event.getTimings();
    long end = TimeUnit.MILLISECONDS.toNanos(nowMs);
    long decode = end - nanos(timings.getDecodeSeconds());
    long prefill = decode - nanos(timings.getTimeToFirstTokenSeconds());
    long queue = prefill - nanos(timings.getQueueSeconds());
    Span whole = begin(asked, event, parent(traceparent), queue);
    Context inside = Context.root().with(whole);
    phase("queue", inside, queue, prefill);
    if (timings.getTimeToFirstTokenSeconds() > 0) {
      phase("prefill", inside, prefill, decode);
    }
    if (timings.getDecodeSeconds() > 0) {
      phase("decode", inside, decode, end);
    }
    whole.end(end, TimeUnit.NANOSECONDS);
  }

  private Span begin(@Nullable Asked asked, TokenEvent end, Context parent, long startNanos) {
    Finish finish = end.getFinish();
    String error = GenAi.errorType(finish);
    SpanBuilder span =
        tracer
            .spanBuilder(GenAi.operation(asked) + " " + end.getModel())
            .setSpanKind(SpanKind.CONSUMER)
            .setParent(parent)
            .setStartTimestamp(startNanos, TimeUnit.NANOSECONDS)
            .setAttribute(GenAi.OPERATION, GenAi.operation(asked))
            .setAttribute(GenAi.PROVIDER, GenAi.CLADA)
            .setAttribute(GenAi.REQUEST_MODEL, GenAi.requestModel(asked, end.getModel()))
            .setAttribute(GenAi.RESPONSE_MODEL, end.getModel())
            .setAttribute("gen_ai.response.id", end.getId())
            .setAttribute("gen_ai.usage.input_tokens", end.getUsage().getPromptTokens())
            .setAttribute("gen_ai.usage.output_tokens", end.getUsage().getCompletionTokens())
            .setAttribute(FINISH_REASONS, List.of(finish.name().toLowerCase(Locale.ROOT)))
            .setAttribute("clada.attempt", end.getAttempt());
    if (!error.isEmpty()) {
      span.setAttribute(GenAi.ERROR_TYPE, error);
    }
    Span started = span.startSpan();
    if (!error.isEmpty()) {
      started.setStatus(StatusCode.ERROR, end.getMessage() == null ? "" : end.getMessage());
    }
    return started;
  }

  private void phase(String name, Context parent, long startNanos, long endNanos) {
    tracer
        .spanBuilder(name)
        .setParent(parent)
        .setStartTimestamp(startNanos, TimeUnit.NANOSECONDS)
        .startSpan()
        .end(endNanos, TimeUnit.NANOSECONDS);
  }

  private static Context parent(byte @Nullable [] traceparent) {
    return W3CTraceContextPropagator.getInstance()
        .extract(Context.root(), traceparent, RequestTraces::header);
  }

  private static long nanos(double seconds) {
    return Math.max(0, Math.round(seconds * 1e9));
  }

  private static @Nullable String header(byte @Nullable [] traceparent, String name) {
    return traceparent != null && name.equals(Outputs.TRACEPARENT)
        ? new String(traceparent, StandardCharsets.US_ASCII)
        : null;
  }
}
