package io.clada.engine;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/**
 * What steps take over what the costs that were measured at loading let expect, for each way to
 * compute a step and each number of sequences. Costs may be off: they were measured on a computer
 * that did other things as well, and they leave out what is not a product. A way that was not tried
 * counts as good as expected, so that it is tried, and the first step tells how good it is; one
 * that was tried and did worse comes back slowly to what its rivals show, so that it is tried again
 * now and then.
 */
final class Pace {
  private static final double MEMORY = 0.9;
  private static final double RETURN = 0.002;

  /** Over what was known: a step that took longer, because the computer slept, says no more. */
  private static final double MOST_RISE = 4;

  /** As expected. */
  static final double UNTRIED = 1;

  /** A smaller gain than this may be none: costs and times are measured. */
  static final double WORTH_IT = 0.95;

  private static final int MOST_SEQUENCES = 64;

  private final Map<Way, double[]> ratios = new EnumMap<>(Way.class);
  private double change;

  Pace() {
    for (Way way : Way.values()) {
      double[] untried = new double[MOST_SEQUENCES + 1];
      Arrays.fill(untried, UNTRIED);
      ratios.put(way, untried);
    }
  }

  /** Seconds that a step is to be expected to take, where costs say so many. */
  double corrected(Way way, int sequences, double seconds) {
    return seconds * of(way)[place(sequences)];
  }

  /** A step took so many seconds, where costs had said so many. */
  void took(Way way, int sequences, double expected, double seconds) {
    int place = place(sequences);
    double[] taken = of(way);
    taken[place] = learned(taken[place], seconds / expected);
    change -= RETURN * change;
    for (double[] other : ratios.values()) {
      if (other[place] > taken[place]) {
        other[place] -= RETURN * (other[place] - taken[place]);
      }
    }
  }

  /**
   * Seconds that it is to be expected to take until a set is that of other generations: as many as
   * the last time, less with each step since, so that it is tried again.
   */
  double change() {
    return change;
  }

  /** That took so many seconds. */
  void changed(double seconds) {
    change = seconds;
  }

  /** What is known of a ratio once that of another step has been seen. */
  static double learned(double known, double seen) {
    double believed = Math.min(seen, MOST_RISE * known);
    return known == UNTRIED ? believed : MEMORY * known + (1 - MEMORY) * believed;
  }

  private double[] of(Way way) {
    return Objects.requireNonNull(ratios.get(way));
  }

  private static int place(int sequences) {
    return Math.min(sequences, MOST_SEQUENCES);
  }
}
