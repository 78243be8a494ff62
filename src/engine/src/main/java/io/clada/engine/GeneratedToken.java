package io.clada.engine;

import org.jspecify.annotations.Nullable;

/**
 * One step of a generation. The last one of a generation, and no other, carries {@code finish}.
 *
 * @param index from 0 without holes
 * @param tokenId in the model's vocabulary; null where the generation ends without a token of its
 *     own (cancelled, failed)
 * @param text what this token adds; empty while a character or a possible stop string is incomplete
 * @param surprisal -log2 of the token's probability under the raw logits, in bits
 * @param entropy of the raw next-token distribution, in bits
 * @param load by the thresholds in force
 * @param activeNeuronRatio share of the FFN neurons computed in this step, 0 to 1
 * @param weightsReadRatio bytes of weights read in this step over what dense reads; more than 1
 *     where drafts of mode {@code EXACT} were wrong
 * @param window set on the token that completes an update window, and on the last
 * @param finish set on the last
 */
public record GeneratedToken(
    int index,
    @Nullable Integer tokenId,
    String text,
    double surprisal,
    double entropy,
    CognitiveLoad load,
    double activeNeuronRatio,
    double weightsReadRatio,
    @Nullable LoadWindow window,
    @Nullable Finish finish) {}
