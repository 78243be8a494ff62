package io.clada.engine.decoder;

import java.util.List;

/**
 * What one call of the model gave.
 *
 * @param steps per segment, one for each of its draws
 * @param used inputs that each product used, the same for every row, {@code [layers * 4]} in the
 *     order of {@link Site}; empty if nothing was drawn
 */
@SuppressWarnings("ArrayRecordComponent") // made once per call and read at once
public record Outcome(List<List<Step>> steps, double[] used) {
  /** Neurons of a layer that were computed: inputs of {@link Site#DOWN} that were used. */
  public double activeNeurons(int layer) {
    return used[layer * Site.COUNT + Site.COUNT - 1];
  }
}
