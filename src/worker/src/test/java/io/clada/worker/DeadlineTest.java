package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.FinishReason;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When an answer is no longer wanted. */
class DeadlineTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final WorkerHarness worker =
      new WorkerHarness(Map.of(), 1, List.of(ScriptedEngine.MODEL));

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void endsARequestThatStillWaits() {
    worker.request("running", within(Duration.ofDays(1)));
    worker.request("ahead", within(Duration.ofDays(1)));
    worker.request("a", within(SOON));
    worker.pass(SOON);

    TokenEvent only = worker.last("a");
    assertThat(worker.tokens("a")).hasSize(1);
    assertThat(only.getFinish()).isEqualTo(Finish.DEADLINE);
    assertThat(only.getMessage()).startsWith("deadline: ").contains("before the first token");
    assertThat(only.getUsage().getPromptTokens()).isEqualTo(5);
    assertThat(worker.tokens("running")).isEmpty();
  }

  @Test
  void endsARunningRequestWithWhatWasGenerated() {
    worker.request("a", within(SOON));
    worker.engine.tokens("a", 12);
    worker.pass(SOON);
    worker.engine.settle();
    worker.drain();

    TokenEvent last = worker.last("a");
    assertThat(last.getTokenIndex()).isEqualTo(12);
    assertThat(last.getFinish()).isEqualTo(Finish.DEADLINE);
    assertThat(last.getMessage()).contains("after 12 tokens");
    assertThat(last.getUsage().getCompletionTokens()).isEqualTo(12);
    assertThat(worker.telemetry).hasSize(2);
    assertThat(worker.keepsNothingButFinished()).isTrue();
  }

  @Test
  void isNothingToARequestThatEndsInTime() {
    worker.request("a", within(SOON));
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();
    worker.pass(SOON);

    assertThat(worker.tokens("a")).extracting(TokenEvent::getFinish).containsExactly(Finish.STOP);
  }

  @Test
  void refusesARequestThatComesTooLate() {
    worker.request("a", within(Duration.ZERO));

    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.DEADLINE);
    assertThat(worker.engine.submitted()).isEmpty();
    assertThat(worker.keepsNothingButFinished()).isTrue();
  }

  @Test
  void isTheSameAfterACrash() {
    worker.request("a", within(SOON));
    worker.engine.tokens("a", 1);
    worker.drain();
    worker.crash();
    worker.drain();
    worker.pass(SOON);
    worker.engine.settle();
    worker.drain();

    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.DEADLINE);
    assertThat(worker.last("a").getAttempt()).isEqualTo(1);
  }

  private GenerationRequest within(Duration time) {
    return GenerationRequest.newBuilder()
        .setPrompt("Once")
        .setDeadline(worker.now().plus(time))
        .build();
  }
}
