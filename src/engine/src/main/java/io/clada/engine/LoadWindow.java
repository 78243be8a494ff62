package io.clada.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cognitive load and sparsity over at most {@code update_window} consecutive tokens.
 *
 * @param firstIndex index of the window's first token
 * @param tokens how many
 * @param surprisals per token, over log2 of the vocabulary's size
 * @param entropies per token, over log2 of the vocabulary's size
 * @param surprisalThreshold normalised, in force in this window
 * @param entropyThreshold normalised, in force in this window
 * @param lowLoadTokens tokens of low load
 * @param mediumLoadTokens tokens of medium load
 * @param highLoadTokens tokens of high load
 * @param activeNeuronRatio mean over the window's tokens, 0 to 1
 * @param activeNeuronRatioByLayer the same, one per layer
 * @param weightsReadRatio mean over the window's tokens
 * @param reanalyses dense passes over the recent tokens in this window
 * @param drafted tokens that sparse steps drafted in mode {@code exact}
 * @param accepted drafted tokens that the dense model agreed with
 * @param decodeSeconds time spent in decode steps, without the prefill
 * @param timeToFirstTokenSeconds from the start of the prefill to the first token; only in the
 *     first window
 */
public record LoadWindow(
    int firstIndex,
    int tokens,
    List<Float> surprisals,
    List<Float> entropies,
    double surprisalThreshold,
    double entropyThreshold,
    int lowLoadTokens,
    int mediumLoadTokens,
    int highLoadTokens,
    double activeNeuronRatio,
    List<Float> activeNeuronRatioByLayer,
    double weightsReadRatio,
    int reanalyses,
    int drafted,
    int accepted,
    double decodeSeconds,
    @Nullable Double timeToFirstTokenSeconds) {}
