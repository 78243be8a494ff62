package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.FinishReason;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import io.clada.schemas.Priority;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is measured, by which name and with which attributes. */
class WorkerMetricsTest {
  private final WorkerHarness worker = new WorkerHarness();

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void latenciesCarryTheAttributesAndBucketsOfOpenTelemetrysConventions() {
    worker.request("a", prompt("Once"));
    worker.pass(Duration.ofMillis(40));
    worker.engine.tokens("a", 2);
    worker.engine.last("a", FinishReason.LENGTH);
    worker.drain();

    Timer first = timer("gen_ai.server.time_to_first_token");
    assertThat(first.totalTime(TimeUnit.MILLISECONDS)).isEqualTo(55);
    assertThat(first.getId().getTags())
        .extracting(tag -> tag.getKey() + "=" + tag.getValue())
        .containsExactlyInAnyOrder(
            "gen_ai.operation.name=text_completion",
            "gen_ai.provider.name=clada",
            "gen_ai.request.model=scripted",
            "gen_ai.response.model=scripted");
    assertThat(bounds(first)).hasSize(16).startsWith(0.001).endsWith(10);
    Timer each = timer("gen_ai.server.time_per_output_token");
    assertThat(each.totalTime(TimeUnit.SECONDS)).isCloseTo(0.5 / 2, within(1e-9));
    assertThat(bounds(each)).hasSize(13).startsWith(0.01).endsWith(2.5);
    Timer whole = timer("gen_ai.server.request.duration");
    assertThat(whole.totalTime(TimeUnit.SECONDS)).isCloseTo(0.8 + 0.125 + 0.5, within(0.1));
    assertThat(whole.getId().getTag("error.type")).isEmpty();
    assertThat(bounds(whole)).hasSize(14).startsWith(0.01).endsWith(81.92);
  }

  @Test
  void aConversationIsAnOperationOfItsOwn() {
    GenerationRequest chat =
        GenerationRequest.newBuilder().setMessages(List.of(new ChatMessage("user", "Hi"))).build();

    assertThat(GenAi.operation(Asked.of(chat))).isEqualTo("chat");
    assertThat(GenAi.operation(Asked.of(prompt("Once")))).isEqualTo("text_completion");
  }

  @Test
  void aFailureNamesItsKindAndAModelThatIsNotServedIsNoTimeSeries() {
    worker.request(
        "a", GenerationRequest.newBuilder().setPrompt("Once").setModel("another-42").build());

    Timer whole = timer("gen_ai.server.request.duration");
    assertThat(whole.getId().getTag("error.type")).isEqualTo("invalid");
    assertThat(whole.getId().getTag("gen_ai.request.model")).isEqualTo("_OTHER");
    assertThat(worker.registry.find("gen_ai.server.time_per_output_token").timer()).isNull();
  }

  /** An alert on their increase would miss the first otherwise. */
  @Test
  void everyWayToEndIsThereBeforeARequestEndsSo() {
    assertThat(worker.registry.get("clada.requests").counters())
        .hasSameSizeAs(Finish.values())
        .allSatisfy(counter -> assertThat(counter.count()).isZero());
  }

  @Test
  void countsTokensByModeAndLoadAndWhatTheyTook() {
    worker.request(
        "a", GenerationRequest.newBuilder().setPrompt("Once").setMode(Mode.GRIFFIN).build());
    worker.engine.tokens("a", 3);
    worker.drain();

    assertThat(
            worker
                .registry
                .get("clada.tokens")
                .tags("mode", "griffin", "load", "medium")
                .counter()
                .count())
        .isEqualTo(3);
    assertThat(
            worker.registry.get("clada.weights.read.ratio").tag("mode", "griffin").summary().mean())
        .isEqualTo(0.5);
    assertThat(
            worker
                .registry
                .get("clada.active.neuron.ratio")
                .tag("mode", "griffin")
                .summary()
                .mean())
        .isEqualTo(0.25);
  }

  @Test
  void theQueueIsCountedByClass() {
    worker.request("a", prompt("Once"));
    worker.request(
        "b", GenerationRequest.newBuilder().setPrompt("Once").setPriority(Priority.HIGH).build());

    assertThat(queued("high")).isEqualTo(1);
    assertThat(queued("normal")).isEqualTo(1);
    assertThat(queued("low")).isZero();
    worker.cancel("b");
    worker.engine.settle();
    worker.drain();
    assertThat(queued("high")).isZero();
  }

  @Test
  void aRequestThatGoesOnIsAResume() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 3);
    worker.drain();
    worker.restart();
    worker.drain();

    assertThat(worker.registry.get("clada.resumes").counter().count()).isEqualTo(1);
  }

  private double queued(String priority) {
    return worker.registry.get("clada.queue.length").tag("class", priority).gauge().value();
  }

  private Timer timer(String name) {
    return worker.registry.get(name).timer();
  }

  private static double[] bounds(Timer timer) {
    return Arrays.stream(timer.takeSnapshot().histogramCounts())
        .mapToDouble(bucket -> bucket.bucket(TimeUnit.SECONDS))
        .toArray();
  }
}
