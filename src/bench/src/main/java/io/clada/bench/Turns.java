package io.clada.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Times several works in turns (A B C A B C ...), so that a computer that others use slows them
 * alike. The first turn is a warm-up.
 */
final class Turns {
  /** Something to be timed. */
  interface Work {
    /** Does it once: seconds per unit of it. */
    double seconds();
  }

  private final List<Times> all = new ArrayList<>();

  /** Adds a work to those that take turns; its times are there after {@link #run}. */
  Times add(Work work) {
    Times times = new Times(work);
    all.add(times);
    return times;
  }

  void run(int turns) {
    all.forEach(times -> times.work.seconds());
    for (int turn = 0; turn < turns; turn++) {
      all.forEach(times -> times.seconds.add(times.work.seconds()));
    }
  }

  /** Seconds that this takes. */
  static double timed(Runnable work) {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / 1e9;
  }

  /** One work's seconds, turn by turn. */
  static final class Times {
    private final Work work;
    private final List<Double> seconds = new ArrayList<>();

    private Times(Work work) {
      this.work = work;
    }

    double median() {
      return median(seconds.stream().mapToDouble(Double::doubleValue).toArray());
    }

    double least() {
      return seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    /** How many times longer than another, by the median of the turns' own ratios. */
    double over(Times other) {
      double[] ratios = new double[seconds.size()];
      Arrays.setAll(ratios, turn -> seconds.get(turn) / other.seconds.get(turn));
      return median(ratios);
    }

    private static double median(double[] values) {
      Arrays.sort(values);
      int middle = values.length / 2;
      return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
  }
}
