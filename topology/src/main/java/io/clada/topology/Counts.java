package io.clada.topology;

import io.clada.schemas.LoadTelemetry;

/**
 * What adds up over telemetry records.
 *
 * @param records telemetry records
 * @param requests requests that ended
 * @param activeNeurons active-neuron ratio, summed over tokens
 * @param weightsRead share of weights read, summed over tokens
 * @param decodeSeconds time spent decoding, summed over streams
 */
record Counts(
    long records,
    long tokens,
    long requests,
    long lowLoad,
    long mediumLoad,
    long highLoad,
    long reanalyses,
    double activeNeurons,
    double weightsRead,
    double decodeSeconds) {

  static final Counts ZERO = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  static Counts of(LoadTelemetry telemetry) {
    int tokens = telemetry.getTokens();
    return new Counts(
        1,
        tokens,
        telemetry.getLast() ? 1 : 0,
        telemetry.getLowLoadTokens(),
        telemetry.getMediumLoadTokens(),
        telemetry.getHighLoadTokens(),
        telemetry.getReanalyses(),
        (double) tokens * telemetry.getActiveNeuronRatio(),
        (double) tokens * telemetry.getWeightsReadRatio(),
        telemetry.getDecodeSeconds());
  }

  Counts plus(Counts other) {
    return new Counts(
        records + other.records,
        tokens + other.tokens,
        requests + other.requests,
        lowLoad + other.lowLoad,
        mediumLoad + other.mediumLoad,
        highLoad + other.highLoad,
        reanalyses + other.reanalyses,
        activeNeurons + other.activeNeurons,
        weightsRead + other.weightsRead,
        decodeSeconds + other.decodeSeconds);
  }
}
