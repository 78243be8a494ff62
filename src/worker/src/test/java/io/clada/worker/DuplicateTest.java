package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.FinishReason;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A second request under an id. */
class DuplicateTest {
  private final WorkerHarness worker =
      new WorkerHarness(
          Map.of("clada.finished.retention.ms", "60000", "clada.finished.max.requests", "2"));

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void isTheSameWhileTheFirstIsQueuedOrRunning() {
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 1);
    worker.request("a", prompt("Another"));
    worker.request("a", rerun("Another"));
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.engine.submitted()).hasSize(1);
    assertThat(worker.tokens("a")).extracting(TokenEvent::getTokenIndex).containsExactly(0, 1);
  }

  @Test
  void getsTheTerminalEventAgainOnceTheFirstHasEnded() {
    end("a");
    worker.request("a", prompt("Once"));

    assertThat(worker.engine.submitted()).hasSize(1);
    assertThat(worker.tokens("a")).hasSize(3);
    assertThat(worker.tokens("a").get(2)).isEqualTo(worker.tokens("a").get(1));
    assertThat(worker.registry.get("clada.requests").tag("finish", "stop").counter().count())
        .isEqualTo(1);
  }

  @Test
  void getsItFromTheNextOwnerToo() {
    end("a");
    worker.crash();
    worker.request("a", prompt("Once"));

    assertThat(worker.engine.submitted()).isEmpty();
    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.STOP);
  }

  @Test
  void runsAgainIfToldTo() {
    end("a");
    worker.request("a", rerun("Once"));
    worker.engine.last("a", FinishReason.LENGTH);
    worker.drain();

    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getFinish)
        .containsExactly(null, Finish.STOP, Finish.LENGTH);
    worker.request("a", prompt("Once"));
    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.LENGTH);
  }

  @Test
  void runsAgainOnceTheFirstIsForgotten() {
    end("a");
    worker.pass(Duration.ofMinutes(1));
    worker.request("a", prompt("Once"));

    assertThat(worker.engine.submitted()).hasSize(2);
  }

  @Test
  void isForgottenOldestFirst() {
    end("a");
    end("b");
    end("c");
    assertThat(worker.store(FinishedRequests.NAME)).hasSize(2);
    worker.request("c", prompt("Once"));
    assertThat(worker.engine.submitted()).hasSize(3);

    worker.request("a", prompt("Once"));
    assertThat(worker.engine.submitted()).hasSize(4);
  }

  @Test
  void isANewRequestAfterOneThatWasNotAnswered() {
    worker.request("a", prompt(""));
    worker.request("a", prompt("Once"));
    worker.engine.fail("a", "out of memory");
    worker.drain();
    worker.request("a", prompt("Once"));

    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getFinish)
        .containsExactly(Finish.INVALID, Finish.ERROR);
    assertThat(worker.engine.submitted()).hasSize(2);
  }

  static GenerationRequest rerun(String prompt) {
    return GenerationRequest.newBuilder().setPrompt(prompt).setRerun(true).build();
  }

  private void end(String id) {
    worker.request(id, prompt("Once"));
    worker.engine.tokens(id, 1);
    worker.engine.last(id, FinishReason.STOP);
    worker.drain();
  }
}
