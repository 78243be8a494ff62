package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.FinishReason;
import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tombstone under a request's id. */
class CancellationTest {
  private final WorkerHarness worker =
      new WorkerHarness(Map.of(), 1, List.of(ScriptedEngine.MODEL));

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void endsAWaitingRequestAtOnce() {
    worker.request("first", prompt("Once"));
    worker.request("ahead", prompt("Once"));
    worker.request("a", prompt("Once"));
    worker.pass(Duration.ofSeconds(2));
    worker.cancel("a");

    assertThat(worker.tokens("a")).hasSize(1);
    TokenEvent only = worker.last("a");
    assertThat(only.getFinish()).isEqualTo(Finish.CANCELLED);
    assertThat(only.getMessage()).isNull();
    assertThat(only.getTokenIndex()).isZero();
    assertThat(only.getUsage().getPromptTokens()).isEqualTo(5);
    assertThat(only.getTimings().getQueueSeconds()).isGreaterThanOrEqualTo(2);
    assertThat(worker.engine.submitted()).hasSize(2);
    assertThat(worker.queueLength()).isEqualTo(2);
  }

  @Test
  void endsARunningRequestWithTheEnginesLastFigures() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 1);
    worker.drain();
    worker.engine.tokens("a", 2);
    worker.cancel("a");
    worker.engine.settle();
    worker.drain();

    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getTokenIndex)
        .containsExactly(0, 1, 2, 3);
    TokenEvent last = worker.last("a");
    assertThat(last.getFinish()).isEqualTo(Finish.CANCELLED);
    assertThat(last.getUsage().getPromptTokens()).isEqualTo(5);
    assertThat(last.getUsage().getCompletionTokens()).isEqualTo(3);
    assertThat(last.getUsage().getActiveNeuronRatio()).isEqualTo(0.25f);
    assertThat(last.getUsage().getSeed()).isEqualTo(WorkerHarness.SEED);
    assertThat(worker.telemetry).hasSize(1);
    assertThat(worker.telemetry.get(0).value().getTokens()).isEqualTo(3);
    assertThat(worker.telemetry.get(0).value().getLast()).isTrue();
  }

  @Test
  void waitsNoLongerThanASecondForTheEngine() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 2);
    worker.cancel("a");
    assertThat(worker.last("a").getFinish()).isNull();
    worker.pass(Duration.ofSeconds(1));

    TokenEvent last = worker.last("a");
    assertThat(last.getFinish()).isEqualTo(Finish.CANCELLED);
    assertThat(last.getTokenIndex()).isEqualTo(2);
    assertThat(last.getUsage().getPromptTokens()).isEqualTo(5);
    assertThat(worker.keepsNothingButFinished()).isTrue();
  }

  @Test
  void tellsItOnceThoughItComesTwice() {
    worker.request("a", prompt("Once"));
    worker.cancel("a");
    worker.cancel("a");
    worker.engine.settle();
    worker.cancel("a");
    worker.drain();

    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getFinish)
        .containsExactly(Finish.CANCELLED);
  }

  @Test
  void comesTooLateForARequestWhoseEndIsOnItsWay() {
    worker.request("a", prompt("Once"));
    worker.engine.last("a", FinishReason.STOP);
    worker.cancel("a");

    assertThat(worker.tokens("a")).extracting(TokenEvent::getFinish).containsExactly(Finish.STOP);
  }

  @Test
  void isNotForgottenByACrash() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 2);
    worker.cancel("a");
    worker.crash();
    worker.drain();

    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.CANCELLED);
    assertThat(worker.last("a").getTokenIndex()).isEqualTo(2);
    assertThat(worker.engine.submitted()).isEmpty();
    assertThat(worker.keepsNothingButFinished()).isTrue();
  }

  @Test
  void ofAnUnknownIdIsNothing() {
    worker.cancel("nobody");

    assertThat(worker.tokens).isEmpty();
    assertThat(worker.deadLetters).isEmpty();
  }

  @Test
  void thatCameBeforeItsRequestCancelsIt() {
    worker.cancel("a", worker.now().plusSeconds(1));
    worker.request("a", prompt("Once"));

    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getFinish)
        .containsExactly(Finish.CANCELLED);
    assertThat(worker.engine.submitted()).isEmpty();
  }

  @Test
  void thatIsOlderThanTheRequestMeantAnother() {
    worker.cancel("a", worker.now().minusMillis(1));
    worker.request("a", prompt("Once"));

    assertThat(worker.tokens("a")).isEmpty();
    assertThat(worker.engine.submitted()).hasSize(1);
  }

  @Test
  void thatCameBeforeItsRequestIsKnownToTheNextOwner() {
    worker.cancel("a", worker.now().plusSeconds(1));
    worker.crash();
    worker.request("a", prompt("Once"));

    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.CANCELLED);
  }

  @Test
  void leavesTheIdFreeForARerunWhileTheEngineStillWindsDown() {
    worker.request("a", prompt("Once"));
    worker.cancel("a");
    worker.request("a", DuplicateTest.rerun("Again"));
    worker.engine.settle();
    worker.engine.tokens("a", 1);
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getFinish)
        .containsExactly(Finish.CANCELLED, null, Finish.STOP);
  }
}
