package io.clada.bench;

import io.clada.engine.decoder.CompactWeights;
import java.util.Arrays;

/** Exchanges a tenth of a set's neurons for others, and back the next time. */
final class Swap {
  private static final int EVERY = 10;

  private final CompactWeights set;
  private final int[][] first;
  private final int[][] other;
  private boolean exchanged;

  /**
   * @param set of the first neurons of each layer, at most half of all
   */
  Swap(Steps steps, CompactWeights set) {
    this.set = set;
    int last = steps.decoder().config().intermediateSize() - 1;
    first = new int[steps.decoder().config().layers()][set.kept()];
    other = new int[first.length][set.kept()];
    Arrays.stream(first).forEach(layer -> Arrays.setAll(layer, i -> i));
    for (int[] layer : other) {
      // Those that leave and those that enter lie far apart, as chance has it.
      Arrays.setAll(layer, i -> i % EVERY == 0 ? last - i : i);
      Arrays.sort(layer);
    }
  }

  double seconds() {
    exchanged = !exchanged;
    return Turns.timed(() -> set.assign(exchanged ? other : first));
  }
}
