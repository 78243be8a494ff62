package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.FinishReason;
import io.clada.engine.FleetThresholds;
import io.clada.engine.GenerationSpec;
import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.Mode;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The life of a request that nothing disturbs. */
class GenerationTest {
  private final WorkerHarness worker = new WorkerHarness();

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void forwardsEachTokenUnderTheRequestsId() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 2);
    worker.drain();

    assertThat(worker.tokens("a")).hasSize(2);
    TokenEvent second = worker.tokens("a").get(1);
    assertThat(second.getId()).isEqualTo("a");
    assertThat(second.getModel()).isEqualTo(ScriptedEngine.MODEL);
    assertThat(second.getAttempt()).isZero();
    assertThat(second.getTokenIndex()).isEqualTo(1);
    assertThat(second.getTokenId()).isEqualTo(ScriptedEngine.tokenId(WorkerHarness.SEED, 1));
    assertThat(second.getText()).isEqualTo(" t1");
    assertThat(second.getSurprisal()).isEqualTo(2.5);
    assertThat(second.getEntropy()).isEqualTo(3.5);
    assertThat(second.getLoad()).isEqualTo(CognitiveLoad.MEDIUM);
    assertThat(second.getActiveNeuronRatio()).isEqualTo(0.25f);
    assertThat(second.getWeightsReadRatio()).isEqualTo(0.5f);
    assertThat(second.getFinish()).isNull();
    assertThat(second.getUsage()).isNull();
  }

  @Test
  void endsWithUsageAndTimings() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 2);
    worker.engine.last("a", FinishReason.LENGTH);
    worker.drain();

    TokenEvent last = worker.tokens("a").get(2);
    assertThat(last.getFinish()).isEqualTo(Finish.LENGTH);
    assertThat(last.getTokenIndex()).isEqualTo(2);
    assertThat(last.getMessage()).isNull();
    assertThat(last.getUsage().getPromptTokens()).isEqualTo(5);
    assertThat(last.getUsage().getCompletionTokens()).isEqualTo(3);
    assertThat(last.getUsage().getSeed()).isEqualTo(WorkerHarness.SEED);
    assertThat(last.getTimings().getQueueSeconds()).isEqualTo(0.005 + 0.75);
    assertThat(last.getTimings().getTimeToFirstTokenSeconds()).isEqualTo(0.125);
    assertThat(last.getTimings().getDecodeSeconds()).isEqualTo(0.5);
  }

  @Test
  void leavesNothingInTheStoresAtTheEnd() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 2);
    worker.drain();
    assertThat(worker.keepsNothingButFinished()).isFalse();

    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.keepsNothingButFinished()).isTrue();
    assertThat(worker.queueLength()).isZero();
  }

  @Test
  void recordsProgressAsOneSmallChunkPerDrain() {
    worker.request("a", prompt("Once"));
    for (int i = 0; i < 3; i++) {
      worker.engine.tokens("a", 2);
      worker.drain();
    }

    assertThat(worker.store(ProgressStore.NAME)).hasSize(3);
    assertThat(worker.store(ProgressStore.NAME).values())
        .allSatisfy(chunk -> assertThat(chunk).hasSizeLessThan(80));
  }

  @Test
  void tellsTheEngineAllThatTheRequestAsks() {
    worker.thresholds(new FleetThresholds(4, 0.25, 0.5, 0));
    GenerationRequest request =
        GenerationRequest.newBuilder()
            .setPrompt("Once")
            .setMode(Mode.GRIFFIN)
            .setMaxNewTokens(9)
            .setTruncatePrompt(true)
            .setStop(java.util.List.of("."))
            .setDoSample(true)
            .setTemperature(1.5)
            .setTopK(40)
            .setTopP(0.8)
            .setRepetitionPenalty(1.1)
            .setSeed(5L)
            .setTopKRatio(0.4)
            .setInputKeepRatio(0.6)
            .setFfnReductionRatio(0.7)
            .setMinActiveNeurons(12)
            .setSurprisalThreshold(0.8)
            .setEntropyThreshold(0.9)
            .setUpdateWindow(20)
            .setAdaptiveThresholds(false)
            .setSmartNeuronInit(false)
            .build();
    worker.request("a", request);

    GenerationSpec spec = worker.engine.submitted().get(0);
    assertThat(spec)
        .isEqualTo(
            new GenerationSpec(
                spec.id(),
                "Once",
                true,
                io.clada.engine.Mode.GRIFFIN,
                9,
                true,
                java.util.List.of("."),
                new io.clada.engine.SamplingParameters(true, 1.5, 40, 0.8, 1.1, 5),
                new io.clada.engine.SparsityParameters(
                    0.4, 0.6, 0.7, 12, 0.8, 0.9, 20, false, false),
                new FleetThresholds(4, 0.25, 0.5, 0),
                null,
                java.util.List.of()));
  }

  @Test
  void publishesEveryLoadWindowAndMarksTheLast() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 10);
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.telemetry).hasSize(2).allMatch(r -> r.key().equals("a"));
    LoadTelemetry first = worker.telemetry.get(0).value();
    assertThat(first.getFirstTokenIndex()).isZero();
    assertThat(first.getTokens()).isEqualTo(10);
    assertThat(first.getSurprisals()).hasSize(10);
    assertThat(first.getTimeToFirstTokenSeconds()).isEqualTo(0.125);
    assertThat(first.getActiveNeuronRatioByLayer()).containsExactly(0.2f, 0.3f);
    assertThat(first.getLast()).isFalse();
    assertThat(first.getTenant()).isNull();
    assertThat(first.getQueuedRequests()).isZero();
    assertThat(first.getRunningRequests()).isEqualTo(1);
    LoadTelemetry second = worker.telemetry.get(1).value();
    assertThat(second.getFirstTokenIndex()).isEqualTo(10);
    assertThat(second.getTokens()).isEqualTo(1);
    assertThat(second.getLast()).isTrue();
  }

  @Test
  void publishesNeuronImportanceAtTheEndUnderTheModelsName() {
    worker.request("a", prompt("Once"));
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.neurons).hasSize(1);
    assertThat(worker.neurons.get(0).key()).isEqualTo(ScriptedEngine.MODEL);
    assertThat(worker.neurons.get(0).value().getPromptTokens()).isEqualTo(5);
    assertThat(worker.neurons.get(0).value().getLayers()).hasSize(1);
  }

  @Test
  void carriesTheTraceparentToEveryRecordItCauses() {
    byte[] trace = WorkerHarness.utf8("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    worker.request("a", prompt("Once"), new RecordHeaders().add("traceparent", trace));
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.tokens.get(0).headers().lastHeader("traceparent").value()).isEqualTo(trace);
    assertThat(worker.telemetry.get(0).headers().lastHeader("traceparent").value())
        .isEqualTo(trace);
    assertThat(worker.neurons.get(0).headers().lastHeader("traceparent").value()).isEqualTo(trace);
  }

  @Test
  void reportsAnEngineFailureInTheTerminalEvent() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 1);
    worker.engine.fail("a", "out of memory");
    worker.drain();

    TokenEvent last = worker.tokens("a").get(1);
    assertThat(last.getFinish()).isEqualTo(Finish.ERROR);
    assertThat(last.getMessage()).isEqualTo("out of memory");
    assertThat(last.getTokenIndex()).isEqualTo(1);
    assertThat(last.getTokenId()).isNull();
    assertThat(last.getSurprisal()).isNull();
    assertThat(last.getLoad()).isEqualTo(CognitiveLoad.UNKNOWN);
  }

  @Test
  void endsAGenerationWhoseEngineSkipsAToken() {
    worker.request("a", prompt("Once"));
    worker.engine.babble("a", 3);
    worker.drain();

    TokenEvent only = worker.tokens("a").get(0);
    assertThat(only.getFinish()).isEqualTo(Finish.ERROR);
    assertThat(only.getTokenIndex()).isZero();
    assertThat(worker.queueLength()).isZero();
  }

  @Test
  void countsWhatItDoes() {
    worker.request("a", prompt("Once"));
    assertThat(worker.queueLength()).isEqualTo(1);
    worker.pass(Duration.ofMillis(40));
    worker.engine.tokens("a", 1);
    worker.drain();
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(
            worker
                .registry
                .get("clada.tokens")
                .tags("mode", "clada", "load", "medium")
                .counter()
                .count())
        .isEqualTo(2);
    assertThat(worker.registry.get("clada.requests").tag("finish", "stop").counter().count())
        .isEqualTo(1);
    assertThat(
            worker
                .registry
                .get("gen_ai.server.time_to_first_token")
                .timer()
                .totalTime(java.util.concurrent.TimeUnit.MILLISECONDS))
        .isEqualTo(55);
  }
}
