package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static io.clada.worker.WorkerHarness.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.FinishReason;
import io.clada.schemas.GenerationRequest;
import io.clada.worker.SpanReceiver.Received;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a collector is told of requests. */
class RequestTracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String SPAN = "b7ad6b7169203331";

  private SpanReceiver receiver;
  private Tracing tracing;
  private WorkerHarness worker;

  @BeforeEach
  void open() throws Exception {
    receiver = SpanReceiver.start();
    tracing = Tracing.of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url()));
    worker = new WorkerHarness(tracing.telemetry());
  }

  @AfterEach
  void close() {
    worker.close();
    receiver.close();
  }

  @Test
  void aRequestsSpanHangsBelowItsProducersWithOnePerPhase() {
    request("a", prompt("Once"), "00-" + TRACE + "-" + SPAN + "-01");
    worker.engine.tokens("a", 2);
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();
    tracing.close();

    Received whole = receiver.span("text_completion scripted");
    assertThat(whole.service()).isEqualTo("clada-worker");
    assertThat(whole.trace()).isEqualTo(TRACE);
    assertThat(whole.parent()).isEqualTo(SPAN);
    assertThat(whole.attributes())
        .containsEntry("gen_ai.operation.name", "text_completion")
        .containsEntry("gen_ai.provider.name", "clada")
        .containsEntry("gen_ai.response.model", "scripted")
        .containsEntry("gen_ai.response.id", "a")
        .containsEntry("gen_ai.usage.input_tokens", 5L)
        .containsEntry("gen_ai.usage.output_tokens", 3L)
        .containsEntry("clada.attempt", 0L)
        .doesNotContainKey("error.type");
    assertThat(List.of(receiver.span("queue"), receiver.span("prefill"), receiver.span("decode")))
        .allSatisfy(phase -> assertThat(phase.trace()).isEqualTo(TRACE))
        .allSatisfy(phase -> assertThat(phase.parent()).isEqualTo(whole.id()));
    assertThat(receiver.spans()).hasSize(4);
  }

  @Test
  void phasesFollowEachOtherAndTakeWhatTheEngineSays() {
    request("a", prompt("Once"), null);
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();
    tracing.close();

    Received whole = receiver.span("text_completion scripted");
    Received queue = receiver.span("queue");
    Received prefill = receiver.span("prefill");
    Received decode = receiver.span("decode");
    assertThat(queue.seconds()).isCloseTo(0.005 + 0.75, within(1e-6));
    assertThat(prefill.seconds()).isCloseTo(0.125, within(1e-6));
    assertThat(decode.seconds()).isCloseTo(0.5, within(1e-6));
    assertThat(queue.startNanos()).isEqualTo(whole.startNanos());
    assertThat(prefill.startNanos()).isEqualTo(queue.endNanos());
    assertThat(decode.startNanos()).isEqualTo(prefill.endNanos());
    assertThat(whole.endNanos()).isEqualTo(decode.endNanos());
  }

  @Test
  void aRefusedRequestIsAnErrorOfItsProducersTrace() {
    request("a", prompt("too long"), "00-" + TRACE + "-" + SPAN + "-01");
    tracing.close();

    Received whole = receiver.span("text_completion scripted");
    assertThat(whole.trace()).isEqualTo(TRACE);
    assertThat(whole.status()).isEqualTo(2);
    assertThat(whole.attributes()).containsEntry("error.type", "invalid");
  }

  @Test
  void aTraceThatItsProducerDoesNotSampleIsNotSent() {
    request("a", prompt("Once"), "00-" + TRACE + "-" + SPAN + "-00");
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();
    tracing.close();

    assertThat(receiver.spans()).isEmpty();
  }

  @Test
  void aTraceparentThatIsNoneBeginsATraceOfItsOwn() {
    request("a", prompt("Once"), "not a traceparent");
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();
    tracing.close();

    assertThat(receiver.span("text_completion scripted").parent()).isEmpty();
  }

  @Test
  void isOffWithoutAnEndpoint() {
    try (Tracing off = Tracing.of(Map.of("OTEL_SERVICE_NAME", "mine"))) {
      assertThat(off.telemetry()).isSameAs(OpenTelemetry.noop());
    }
  }

  @Test
  void saysThatAVariableCannotBeUsed() {
    assertThatThrownBy(() -> Tracing.of(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "nowhere")))
        .isInstanceOf(WorkerException.class)
        .hasMessageStartingWith("OTEL_")
        .hasMessageContaining("nowhere");
  }

  private void request(String id, GenerationRequest request, String traceparent) {
    RecordHeaders headers = new RecordHeaders();
    if (traceparent != null) {
      headers.add("traceparent", utf8(traceparent));
    }
    worker.request(id, request, headers);
  }
}
