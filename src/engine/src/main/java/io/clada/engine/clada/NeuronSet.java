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
   * @param ratio share of them to keep, in (0, 1]
   * @param least never fewer than this, or all
   */
  public static int[][] top(float[][] importance, double ratio, int least) {
    return Arrays.stream(importance).map(layer -> top(layer, ratio, least)).toArray(int[][]::new);
  }

  private static int[] top(float[] importance, double ratio, int least) {
    long wanted = Math.max(least, Math.round(ratio * importance.length));
    return IntStream.range(0, importance.length)
        .boxed()
        .sorted(Comparator.comparingDouble(neuron -> -importance[neuron]))
        .limit(Math.min(wanted, importance.length))
        .mapToInt(Integer::intValue)
        .sorted()
        .toArray();
  }
}
