package io.clada.engine.eval;

import io.clada.engine.CognitiveLoad;

/**
 * One generated token and what it took.
 *
 * @param mode as in {@link ModeResult}
 * @param example line of the data set
 * @param index place in the answer, from 0
 * @param tokenId in the model's vocabulary
 * @param text what it adds
 * @param surprisal in bits
 * @param entropy in bits
 * @param surprisalThreshold in bits, in force in its update window
 * @param entropyThreshold in bits, in force in its update window
 * @param load by these thresholds
 * @param activeNeuronRatio share of the FFN neurons computed, 0 to 1
 * @param weightsReadRatio weights read over what dense reads
 * @param latencyMs from the token before it, of the first from the beginning
 * @param reanalyses dense passes over recent tokens in the update window that this token completes;
 *     0 for the others
 */
public record TokenTrace(
    String mode,
    long example,
    int index,
    int tokenId,
    String text,
    double surprisal,
    double entropy,
    double surprisalThreshold,
    double entropyThreshold,
    CognitiveLoad load,
    double activeNeuronRatio,
    double weightsReadRatio,
    double latencyMs,
    int reanalyses) {}
