package io.clada.console;

import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Finish;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.Timings;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import org.jspecify.annotations.Nullable;

/** What the page gets of a record, under the names that the schemas give it. */
final class Shown {
  private Shown() {}

  /** Of the same index as one before: it and all after it were taken back. */
  record Token(
      String model,
      int attempt,
      int tokenIndex,
      @Nullable Integer tokenId,
      String text,
      @Nullable Double surprisal,
      @Nullable Double entropy,
      CognitiveLoad load,
      float activeNeuronRatio,
      float weightsReadRatio,
      @Nullable Finish finish,
      @Nullable String message,
      @Nullable Totals usage,
      @Nullable Times timings,
      @Nullable Double retryAfterSeconds) {}

  /** The seed is a text: it has more digits than the page's numbers. */
  record Totals(
      int promptTokens,
      int completionTokens,
      String seed,
      float activeNeuronRatio,
      float weightsReadRatio,
      long thresholdsVersion) {}

  record Times(double queueSeconds, double timeToFirstTokenSeconds, double decodeSeconds) {}

  /**
   * Thresholds are normalised, tokens' surprisals are in bits.
   *
   * @param surprisalSum normalised, over the window's tokens: what a bit is on that scale
   */
  record Window(
      int firstTokenIndex,
      int tokens,
      double surprisalSum,
      float surprisalThreshold,
      float entropyThreshold,
      long thresholdsVersion) {}

  static Token token(TokenEvent event) {
    return new Token(
        event.getModel(),
        event.getAttempt(),
        event.getTokenIndex(),
        event.getTokenId(),
        event.getText(),
        event.getSurprisal(),
        event.getEntropy(),
        event.getLoad(),
        event.getActiveNeuronRatio(),
        event.getWeightsReadRatio(),
        event.getFinish(),
        event.getMessage(),
        totals(event.getUsage()),
        times(event.getTimings()),
        event.getRetryAfterSeconds());
  }

  private static @Nullable Totals totals(@Nullable Usage usage) {
    return usage == null
        ? null
        : new Totals(
            usage.getPromptTokens(),
            usage.getCompletionTokens(),
            Long.toString(usage.getSeed()),
            usage.getActiveNeuronRatio(),
            usage.getWeightsReadRatio(),
            usage.getThresholdsVersion());
  }

  private static @Nullable Times times(@Nullable Timings timings) {
    return timings == null
        ? null
        : new Times(
            timings.getQueueSeconds(),
            timings.getTimeToFirstTokenSeconds(),
            timings.getDecodeSeconds());
  }

  static Window window(LoadTelemetry window) {
    return new Window(
        window.getFirstTokenIndex(),
        window.getTokens(),
        window.getSurprisals().stream().mapToDouble(Float::doubleValue).sum(),
        window.getSurprisalThreshold(),
        window.getEntropyThreshold(),
        window.getThresholdsVersion());
  }
}
