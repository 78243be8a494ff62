package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.FinishReason;
import io.clada.engine.GenerationSpec;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker of several models, and conversations, which each model writes down its own way. */
class ModelsTest {
  private final WorkerHarness worker = new WorkerHarness(Map.of(), 1, List.of("small", "large"));
  private final ScriptedEngine small = worker.engines.get(0);
  private final ScriptedEngine large = worker.engines.get(1);

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void answersWithTheModelThatTheRequestNames() {
    worker.request("a", named("large"));
    large.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(small.submitted()).isEmpty();
    assertThat(worker.last("a").getModel()).isEqualTo("large");
    assertThat(worker.telemetry.get(0).value().getModel()).isEqualTo("large");
    assertThat(worker.neurons.get(0).key()).isEqualTo("large");
  }

  @Test
  void answersWithTheFirstWhereNoneIsNamed() {
    worker.request("a", prompt("Once"));

    assertThat(small.submitted()).hasSize(1);
    assertThat(large.submitted()).isEmpty();
  }

  @Test
  void namesThoseItServesToWhoWantsAnother() {
    worker.request("a", named("huge"));

    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.INVALID);
    assertThat(worker.last("a").getMessage())
        .isEqualTo("model: 'huge' is not served here; served: small, large");
  }

  @Test
  void letsNoModelWaitForAnother() {
    worker.request("a", prompt("Once"));
    worker.request("b", prompt("Once"));
    worker.request("c", named("large"));

    assertThat(large.submitted()).hasSize(1);
  }

  @Test
  void goesOnWithTheSameModelAfterACrash() {
    worker.request("a", named("large"));
    worker.crash();
    worker.drain();

    assertThat(worker.engines.get(0).submitted()).isEmpty();
    assertThat(worker.engines.get(1).submitted()).hasSize(1);
  }

  @Test
  void refusesTwoModelsOfOneName() {
    List<io.clada.engine.Engine> engines =
        List.of(new ScriptedEngine("m", 1), new ScriptedEngine("m", 1));
    assertThatThrownBy(() -> new Engines(engines))
        .isInstanceOf(WorkerException.class)
        .hasMessageContaining("two models have the name 'm'");
  }

  @Test
  void rendersAConversationOnceAndForAllAttempts() {
    GenerationRequest chat =
        GenerationRequest.newBuilder()
            .setMessages(
                List.of(new ChatMessage("system", "Be brief."), new ChatMessage("user", "Hi")))
            .build();
    worker.request("a", chat);
    small.tokens("a", 1);
    worker.drain();
    worker.crash();
    worker.drain();

    for (ScriptedEngine engine : List.of(small, worker.engines.get(0))) {
      GenerationSpec spec = engine.submitted().get(0);
      assertThat(spec.prompt()).isEqualTo("<system>Be brief.<user>Hi");
      assertThat(spec.specialTokens()).as("the template brings its own").isFalse();
    }
  }

  private static GenerationRequest named(String model) {
    return GenerationRequest.newBuilder().setPrompt("Once").setModel(model).build();
  }
}
