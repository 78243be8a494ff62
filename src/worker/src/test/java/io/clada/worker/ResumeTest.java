package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.FinishReason;
import io.clada.engine.FleetThresholds;
import io.clada.engine.GenerationSpec;
import io.clada.engine.GenerationSpec.Emitted;
import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a task's next owner makes of the stores. */
class ResumeTest {
  private final WorkerHarness worker = new WorkerHarness();

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void goesOnAfterTheLastCommittedToken() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 3);
    worker.drain();
    worker.restart();
    worker.drain();
    worker.engine.tokens("a", 1);
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getTokenIndex)
        .containsExactly(0, 1, 2, 3, 4);
    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getAttempt)
        .containsExactly(0, 0, 0, 1, 1);
    GenerationSpec resumed = worker.engine.submitted().get(1);
    assertThat(resumed.prompt()).isEqualTo("Once");
    assertThat(resumed.resumeFrom())
        .containsExactly(
            new Emitted(ScriptedEngine.tokenId(WorkerHarness.SEED, 0), 2.5f, 3.5f),
            new Emitted(ScriptedEngine.tokenId(WorkerHarness.SEED, 1), 2.5f, 3.5f),
            new Emitted(ScriptedEngine.tokenId(WorkerHarness.SEED, 2), 2.5f, 3.5f));
  }

  @Test
  void countsAnAttemptForEveryRestart() {
    worker.request("a", prompt("Once"));
    worker.restart();
    worker.drain();
    worker.restart();
    worker.drain();
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.tokens("a")).extracting(TokenEvent::getAttempt).containsExactly(2);
  }

  @Test
  void keepsTheSeedAndTheThresholdsOfTheFirstAttempt() {
    FleetThresholds pinned = new FleetThresholds(7, 0.2, 0.4, 0.125);
    worker.thresholds(pinned);
    worker.request("a", prompt("Once"));
    worker.thresholds(new FleetThresholds(8, 0.5, 0.6, 0));
    worker.restart();
    worker.drain();
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    GenerationSpec resumed = worker.engine.submitted().get(1);
    assertThat(resumed.thresholds()).isEqualTo(pinned);
    assertThat(resumed.sampling().seed()).isEqualTo(WorkerHarness.SEED);
    assertThat(worker.tokens("a").get(0).getUsage().getThresholdsVersion()).isEqualTo(7);
  }

  @Test
  void discardsWhatTheEngineSaysOfAnEarlierAttempt() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 1);
    worker.drain();
    worker.engine.tokens("a", 1); // never committed
    worker.restart();
    worker.drain();
    worker.engine.settle(); // the first attempt says goodbye
    worker.engine.step();
    worker.drain();

    assertThat(worker.tokens("a")).extracting(TokenEvent::getTokenIndex).containsExactly(0, 1);
    assertThat(worker.tokens("a")).extracting(TokenEvent::getFinish).containsOnlyNulls();
    assertThat(worker.tokens("a").get(1).getAttempt()).isEqualTo(1);
  }

  @Test
  void cancelsTheEnginesWorkWhenTheTaskGoes() {
    worker.request("a", prompt("Once"));
    worker.restart();

    assertThat(worker.engine.cancelled()).hasSize(1);
    worker.drain();
    assertThat(worker.queueLength()).isEqualTo(1);
  }

  @Test
  void takesUpTheOldestFirst() {
    worker.request("z", prompt("First"));
    worker.pass(Duration.ofSeconds(1));
    worker.request("a", prompt("Second"));
    worker.restart();
    worker.drain();

    assertThat(worker.engine.submitted())
        .extracting(GenerationSpec::prompt)
        .containsExactly("First", "Second", "First", "Second");
  }

  @Test
  void canBeCancelledBeforeTheEngineHasItAgain() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 2);
    worker.drain();
    worker.restart();
    worker.cancel("a");
    worker.drain();

    TokenEvent last = worker.tokens("a").get(2);
    assertThat(last.getFinish()).isEqualTo(Finish.CANCELLED);
    assertThat(last.getTokenIndex()).isEqualTo(2);
    assertThat(worker.tokens("a")).hasSize(3);
  }

  @Test
  void isNotBotheredByTheSameRequestTwice() {
    worker.request("a", prompt("Once"));
    worker.restart();
    worker.request("a", prompt("Once"));
    worker.drain();

    assertThat(worker.engine.submitted()).hasSize(2);
    assertThat(worker.queueLength()).isEqualTo(1);
  }

  @Test
  void reportsRatiosOverAllAttempts() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 4);
    worker.drain();
    worker.restart();
    worker.drain();
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    TokenEvent last = worker.tokens("a").get(4);
    assertThat(last.getUsage().getCompletionTokens()).isEqualTo(5);
    assertThat(last.getUsage().getActiveNeuronRatio()).isEqualTo(0.25f);
    assertThat(worker.neurons.get(0).value().getPromptTokens()).isEqualTo(5 + 4);
  }

  @Test
  void keepsRequestsApartWhoseIdsBeginAlike() {
    worker.request("a", prompt("First"));
    worker.request("aa", prompt("Second"));
    worker.engine.tokens("a", 1);
    worker.engine.tokens("aa", 2);
    worker.drain();
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();
    worker.restart();
    worker.drain();

    GenerationSpec resumed = worker.engine.submitted().get(2);
    assertThat(resumed.prompt()).isEqualTo("Second");
    assertThat(resumed.resumeFrom()).hasSize(2);
  }
}
