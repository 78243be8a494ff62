package io.clada.topology;

import io.clada.schemas.Quantiles;
import io.clada.schemas.SparsityStats;
import java.time.Instant;

/** Turns a closed window into the record that is published. */
final class StatsReport {
  private StatsReport() {}

  /**
   * @param end first moment after the window, ms since the epoch
   * @param lateRecords of the model so far
   */
  static SparsityStats of(Partial window, long end, long lateRecords) {
    Counts counts = window.counts();
    return SparsityStats.newBuilder()
        .setModel(window.model())
        .setWindowStart(Instant.ofEpochMilli(window.start()))
        .setWindowEnd(Instant.ofEpochMilli(end))
        .setRequests(counts.requests())
        .setTokens(counts.tokens())
        .setActiveNeuronRatio(perToken(counts.activeNeurons(), counts.tokens()))
        .setActiveNeuronRatioByLayer(window.layers().means())
        .setWeightsReadRatio(perToken(counts.weightsRead(), counts.tokens()))
        .setSurprisal(quantiles(window.surprisal()))
        .setEntropy(quantiles(window.entropy()))
        .setLowLoadTokens(counts.lowLoad())
        .setMediumLoadTokens(counts.mediumLoad())
        .setHighLoadTokens(counts.highLoad())
        .setReanalyses(counts.reanalyses())
        .setTokensPerSecond(speed(counts))
        .setLateRecords(lateRecords)
        .build();
  }

  private static float perToken(double sum, long tokens) {
    return tokens == 0 ? 1f : (float) (sum / tokens);
  }

  private static float speed(Counts counts) {
    return counts.decodeSeconds() == 0 ? 0f : (float) (counts.tokens() / counts.decodeSeconds());
  }

  private static Quantiles quantiles(QuantileSketch sketch) {
    return Quantiles.newBuilder()
        .setP10(sketch.quantile(0.1))
        .setP50(sketch.quantile(0.5))
        .setP70(sketch.quantile(0.7))
        .setP90(sketch.quantile(0.9))
        .setP99(sketch.quantile(0.99))
        .build();
  }
}
