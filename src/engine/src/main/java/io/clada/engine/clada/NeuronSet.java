package io.clada.engine.clada;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Picks the neurons of a per-prompt set (GRIFFIN, arXiv 2404.01365). */
public final class NeuronSet {
  private NeuronSet() {}

  /**
   * The most important neurons of each layer, ascending, so that their weights are copied in the
   * order they lie in.
   *
   * @param importance {@code [layers][neurons]}
   * @param kept how many of each layer, at most all
   */
  public static int[][] top(float[][] importance, int kept) {
    return Arrays.stream(importance).map(layer -> top(layer, kept)).toArray(int[][]::new);
  }

  private static int[] top(float[] importance, int kept) {
    return IntStream.range(0, importance.length)
        .boxed()
        .sorted(Comparator.comparingDouble(neuron -> -importance[neuron]))
        .limit(kept)
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
