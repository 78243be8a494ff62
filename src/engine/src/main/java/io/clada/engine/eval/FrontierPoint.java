package io.clada.engine.eval;

/**
 * One setting that calibration tried.
 *
 * @param weightsReadRatio weights read over what dense reads, 0 to 1
 * @param activeNeuronRatio share of the FFN neurons computed, 0 to 1
 * @param perplexityRise over dense: 0.01 is one percent
 * @param chosen whether the profile holds it
 */
public record FrontierPoint(
    double weightsReadRatio, double activeNeuronRatio, double perplexityRise, boolean chosen) {}
