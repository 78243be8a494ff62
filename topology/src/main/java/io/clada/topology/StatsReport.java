package io.clada.topology;

import io.clada.schemas.Quantiles;
import io.clada.schemas.SparsityStats;
import java.time.Instant;

/** Turns a window into the record that is published. */
final class StatsReport {
  private StatsReport() {}

  /**
   * @param end first moment after the window, ms since the epoch
   * @param lateRecords of the model so far
   */
  static SparsityStats of(Partial window, long end, long lateRecords) {
    Sums sums = window.sums();
    return SparsityStats.newBuilder()
        .setModel(window.model())
        .setMode(window.scope().mode())
        .setTenant(window.scope().tenant())
        .setWindowStart(Instant.ofEpochMilli(window.start()))
        .setWindowEnd(Instant.ofEpochMilli(end))
        .setRequests(sums.count(Quantity.REQUESTS))
        .setTokens(sums.count(Quantity.TOKENS))
        .setActiveNeuronRatio(perToken(sums, Quantity.ACTIVE_NEURONS, 1))
        .setActiveNeuronRatioByLayer(window.layers().means())
        .setActiveNeuronRatioQuantiles(quantiles(window, Measure.ACTIVE_NEURON_RATIO))
        .setWeightsReadRatio(perToken(sums, Quantity.WEIGHTS_READ, 1))
        .setSurprisal(quantiles(window, Measure.SURPRISAL))
        .setEntropy(quantiles(window, Measure.ENTROPY))
        .setLowLoadTokens(sums.count(Quantity.LOW_LOAD_TOKENS))
        .setMediumLoadTokens(sums.count(Quantity.MEDIUM_LOAD_TOKENS))
        .setHighLoadTokens(sums.count(Quantity.HIGH_LOAD_TOKENS))
        .setLowLoadShare(perToken(sums, Quantity.LOW_LOAD_TOKENS, 0))
        .setMediumLoadShare(perToken(sums, Quantity.MEDIUM_LOAD_TOKENS, 0))
        .setHighLoadShare(perToken(sums, Quantity.HIGH_LOAD_TOKENS, 0))
        .setReanalyses(sums.count(Quantity.REANALYSES))
        .setReanalysesPer100Tokens(100 * perToken(sums, Quantity.REANALYSES, 0))
        .setDraftedTokens(sums.count(Quantity.DRAFTED_TOKENS))
        .setAcceptedDrafts(sums.count(Quantity.ACCEPTED_DRAFTS))
        .setTokensPerSecond(speed(sums))
        .setFleetTokensPerSecond(
            (float) (1000 * sums.get(Quantity.TOKENS) / (end - window.start())))
        .setTimeToFirstTokenSeconds(quantiles(window, Measure.TIME_TO_FIRST_TOKEN_SECONDS))
        .setTimePerOutputTokenSeconds(quantiles(window, Measure.TIME_PER_OUTPUT_TOKEN_SECONDS))
        .setQueuedRequests((float) sums.ratio(Quantity.QUEUED_REQUESTS, Quantity.RECORDS, 0))
        .setRunningRequests((float) sums.ratio(Quantity.RUNNING_REQUESTS, Quantity.RECORDS, 0))
        .setLateRecords(lateRecords)
        .build();
  }

  private static float perToken(Sums sums, Quantity quantity, double otherwise) {
    return (float) sums.ratio(quantity, Quantity.TOKENS, otherwise);
  }

  private static float speed(Sums sums) {
    double seconds = sums.get(Quantity.DECODE_SECONDS);
    return seconds == 0 ? 0f : (float) (sums.decodedTokens() / seconds);
  }

  private static Quantiles quantiles(Partial window, Measure measure) {
    QuantileSketch sketch = window.sketch(measure);
    return Quantiles.newBuilder()
        .setP10(sketch.quantile(0.1))
        .setP50(sketch.quantile(0.5))
        .setP70(sketch.quantile(0.7))
        .setP90(sketch.quantile(0.9))
        .setP99(sketch.quantile(0.99))
        .build();
  }
}
