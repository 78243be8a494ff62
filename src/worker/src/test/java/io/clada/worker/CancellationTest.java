package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.FinishReason;
import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tombstone under a request's id. */
class CancellationTest {
  private final WorkerHarness worker = new WorkerHarness();

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void endsAQueuedRequestAtOnce() {
    worker.request("a", prompt("Once"));
    worker.pass(Duration.ofSeconds(2));
    worker.cancel("a");

    assertThat(worker.tokens("a")).hasSize(1);
    TokenEvent only = worker.tokens("a").get(0);
    assertThat(only.getFinish()).isEqualTo(Finish.CANCELLED);
    assertThat(only.getTokenIndex()).isZero();
    assertThat(only.getTimings().getQueueSeconds()).isEqualTo(2);
    assertThat(worker.engine.cancelled()).hasSize(1);
    assertThat(worker.stores.values()).allMatch(store -> store.isEmpty());
  }

  @Test
  void endsARunningRequestAfterTheTokensMadeSoFar() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 1);
    worker.drain();
    worker.engine.tokens("a", 2);
    worker.cancel("a");

    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getTokenIndex)
        .containsExactly(0, 1, 2, 3);
    TokenEvent last = worker.tokens("a").get(3);
    assertThat(last.getFinish()).isEqualTo(Finish.CANCELLED);
    assertThat(last.getUsage().getCompletionTokens()).isEqualTo(3);
    assertThat(last.getUsage().getSeed()).isEqualTo(WorkerHarness.SEED);
  }

  @Test
  void tellsItOnceThoughTheEngineSaysSoToo() {
    worker.request("a", prompt("Once"));
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
  void ofAnUnknownIdIsNothing() {
    worker.cancel("nobody");

    assertThat(worker.tokens).isEmpty();
    assertThat(worker.deadLetters).isEmpty();
  }

  @Test
  void leavesTheIdFreeWhileTheEngineStillWindsDown() {
    worker.request("a", prompt("Once"));
    worker.cancel("a");
    worker.request("a", prompt("Again"));
    worker.engine.settle();
    worker.engine.tokens("a", 1);
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getFinish)
        .containsExactly(Finish.CANCELLED, null, Finish.STOP);
  }
}
