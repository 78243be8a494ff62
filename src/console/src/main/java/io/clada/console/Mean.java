package io.clada.console;

import org.jspecify.annotations.Nullable;

/** A weighted mean. */
final class Mean {
  private double sum;
  private double weight;
  private long count;

  void add(double value, double valueWeight) {
    sum += value * valueWeight;
    weight += valueWeight;
    count++;
  }

  long count() {
    return count;
  }

  /** Null where there is nothing to take the mean of. */
  @Nullable Double value() {
    return weight == 0 ? null : rounded(sum / weight);
  }

  /** No more digits than a chart can show. */
  static double rounded(double value) {
    return Math.rint(value * 1e4) / 1e4;
  }
}
