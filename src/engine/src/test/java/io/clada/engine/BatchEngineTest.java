package io.clada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine's thread, with the demo model's real weights. */
class BatchEngineTest {
  private BatchEngine engine;
  private final BlockingQueue<GeneratedToken> first = new LinkedBlockingQueue<>();
  private final BlockingQueue<GeneratedToken> second = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() {
    engine =
        new BatchEngine(CladaModel.load(Path.of("../models/demo-llama")), EngineOptions.DEFAULT);
  }

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void generationsRunInTheOrderOfSubmission() {
    engine.submit(spec("a", 20), first::add);
    engine.submit(spec("b", 20), second::add);

    assertThat(untilFinished(second).finish().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(first).hasSize(20);
    await().atMost(Duration.ofSeconds(10)).until(() -> engine.size() == 0);
  }

  @Test
  void aCancelledGenerationEndsWithoutATokenOfItsOwn() {
    engine.submit(
        spec("a", 200),
        token -> {
          first.add(token);
          engine.cancel("a");
        });

    GeneratedToken last = untilFinished(first);
    assertThat(last.finish().reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(last.tokenId()).isNull();
    assertThat(last.index()).isEqualTo(1);
  }

  @Test
  void aQueuedGenerationIsCancelledWhileAnotherRuns() {
    engine.submit(
        spec("a", 200),
        token -> {
          first.add(token);
          engine.cancel("b");
        });
    engine.submit(spec("b", 200), second::add);

    GeneratedToken last = untilFinished(second);
    assertThat(last.finish().reason()).isEqualTo(FinishReason.CANCELLED);
    assertThat(last.index()).isZero();
    assertThat(first.stream().noneMatch(token -> token.finish() != null))
        .as("the other still runs")
        .isTrue();
  }

  @Test
  void anIdCanBeSubmittedAgainOnceItHasEndedButNotBefore() {
    engine.submit(
        spec("a", 200),
        token -> {
          first.add(token);
          if (token.finish() != null) {
            engine.submit(spec("a", 5), second::add);
          }
        });
    assertThatThrownBy(() -> engine.submit(spec("a", 5), second::add))
        .isInstanceOf(IllegalArgumentException.class);
    engine.cancel("a");

    assertThat(untilFinished(second).finish().reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aListenerThatThrowsEndsItsGenerationOnly() {
    engine.submit(
        spec("a", 5),
        token -> {
          first.add(token);
          if (token.finish() == null) {
            throw new IllegalStateException("listener");
          }
        });
    engine.submit(spec("b", 5), second::add);

    assertThat(untilFinished(first).finish().reason()).isEqualTo(FinishReason.ERROR);
    assertThat(untilFinished(second).finish().reason()).isEqualTo(FinishReason.LENGTH);
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
          .atMost(Duration.ofSeconds(30))
          .until(() -> !engine.isAlive());
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }
  }

  private static GeneratedToken untilFinished(BlockingQueue<GeneratedToken> tokens) {
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> tokens.stream().filter(token -> token.finish() != null).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static GenerationSpec spec(String id, int tokens) {
    return new GenerationSpec(
        id,
        "once upon a time",
        true,
        Mode.CLADA,
        tokens,
        false,
        List.of(),
        new SamplingParameters(null, null, null, null, null, 1),
        SparsityParameters.DEFAULT,
        FleetThresholds.DEFAULT,
        null,
        List.of());
  }
}
