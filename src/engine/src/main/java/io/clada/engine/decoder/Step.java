package io.clada.engine.decoder;

/**
 * What one run of the model gave.
 *
 * @param token the drawn token, or the forced one
 * @param surprisal -log2 of its probability under the raw logits, in bits
 * @param entropy of the raw distribution, in bits
 * @param used inputs used by each product of the last position, [layers * 4] in the order of {@link
 *     Site}
 */
@SuppressWarnings("ArrayRecordComponent") // made once per step and read at once
public record Step(int token, double surprisal, double entropy, double[] used) {
  /** Neurons of a layer that were computed: inputs of {@link Site#DOWN} that were used. */
  public double activeNeurons(int layer) {
    return used[layer * Site.COUNT + Site.COUNT - 1];
  }
}
