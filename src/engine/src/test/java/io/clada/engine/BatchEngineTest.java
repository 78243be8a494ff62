package io.clada.engine;

import static io.clada.engine.Tokens.last;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine's thread, with the demo model's real weights. */
class BatchEngineTest {
  private BatchEngine engine;
  private final Inbox first = new Inbox();
  private final Inbox second = new Inbox();

  @BeforeEach
  void start() {
    engine = new BatchEngine(CladaModel.load(TestModels.DEMO), EngineOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void generationsRunInTheOrderOfSubmission() {
    engine.submit(spec("a", 20), first);
    engine.submit(spec("b", 20), second);

    assertThat(last(second.untilFinished()).finish().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(first.untilFinished()).hasSize(20);
    await().atMost(Duration.ofMinutes(3)).until(() -> engine.size() == 0);
  }

  @Test
  void aCancelledGenerationEndsWithoutATokenOfItsOwn() {
    engine.submit(
        spec("a", 200),
        token -> {
          first.accept(token);
          engine.cancel("a");
        });

    GeneratedToken last = last(first.untilFinished());
    assertThat(last.finish().reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(last.tokenId()).isNull();
    assertThat(last.index()).isEqualTo(1);
  }

  @Test
  void aQueuedGenerationIsCancelledWhileAnotherRuns() {
    engine.submit(
        spec("a", 200),
        token -> {
          first.accept(token);
          engine.cancel("b");
        });
    engine.submit(spec("b", 200), second);

    GeneratedToken last = last(second.untilFinished());
    assertThat(last.finish().reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(last.index()).isZero();
    assertThat(first.tokens().stream().noneMatch(token -> token.finish() != null))
        .as("the other still runs")
        .isTrue();
  }

  @Test
  void anIdCanBeSubmittedAgainOnceItHasEndedButNotBefore() {
    engine.submit(
        spec("a", 200),
        token -> {
          first.accept(token);
          if (token.finish() != null) {
            engine.submit(spec("a", 5), second);
          }
        });
    assertThatThrownBy(() -> engine.submit(spec("a", 5), second))
        .isInstanceOf(IllegalArgumentException.class);
    engine.cancel("a");

    assertThat(last(second.untilFinished()).finish().reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aListenerThatThrowsEndsItsGenerationOnly() {
    engine.submit(
        spec("a", 5),
        token -> {
          first.accept(token);
          if (token.finish() == null) {
            throw new IllegalStateException("listener");
          }
        });
    engine.submit(spec("b", 5), second);

    assertThat(last(first.untilFinished()).finish().reason()).isEqualTo(FinishReason.ERROR);
    assertThat(last(second.untilFinished()).finish().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(engine.isAlive()).isTrue();
  }

  @Test
  void anErrorEndsTheThreadAndTheEngineSaysSo() {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {});
    try {
      engine.submit(
          spec("a", 5),
          token -> {
            throw new LinkageError("for the test");
          });

      await()
          .dontCatchUncaughtExceptions()
          .atMost(Duration.ofMinutes(3))
          .until(() -> !engine.isAlive());
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  private static GenerationSpec spec(String id, int tokens) {
    return SpecBuilder.spec(Mode.CLADA).id(id).seed(1).maxNewTokens(tokens).build();
  }
}
