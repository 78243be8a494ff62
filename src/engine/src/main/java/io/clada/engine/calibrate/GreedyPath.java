package io.clada.engine.calibrate;

import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * From dense to as sparse as can be, one matrix and one ratio at a time: always the matrix whose
 * next ratio costs the least error per weight saved. Every profile that is tried lies on this one
 * path, so that finding the last one within the bound is a bisection.
 */
final class GreedyPath {
  /** Keeping less than this of any matrix is not tried. */
  private static final double LEAST_RATIO = 0.1;

  private final Matrices matrices;
  private final double[][] losses;
  private final double[] sensitivities;
  private final List<Integer> lowered = new ArrayList<>();
  private final List<Double> read = new ArrayList<>();

  /**
   * @param losses {@code [layers * 4][ratios]}, see {@link Losses}
   * @param sensitivities what a loss weighs, {@code [layers * 4]}
   */
  GreedyPath(Matrices matrices, double[][] losses, double[] sensitivities) {
    this.matrices = matrices;
    this.losses = losses;
    this.sensitivities = sensitivities;
    int[] at = new int[matrices.count()];
    Arrays.fill(at, Profile.RATIOS.size());
    read.add(1.0);
    int next = cheapest(at);
    while (next >= 0) {
      double saved = (ratio(at[next]) - ratio(at[next] - 1)) * matrices.share(next);
      at[next]--;
      lowered.add(next);
      read.add(read.get(read.size() - 1) - saved);
      next = cheapest(at);
    }
  }

  private int cheapest(int[] at) {
    int best = -1;
    double least = Double.MAX_VALUE;
    for (int matrix = 0; matrix < at.length; matrix++) {
      int next = at[matrix] - 1;
      double lowest = Math.max(LEAST_RATIO, matrices.leastRatio(matrix));
      if (next < 0 || ratio(next) < lowest) {
        continue;
      }
      double before = at[matrix] == Profile.RATIOS.size() ? 0 : losses[matrix][at[matrix]];
      double error = sensitivities[matrix] * (losses[matrix][next] - before);
      double saved = (ratio(at[matrix]) - ratio(next)) * matrices.share(matrix);
      if (error / saved < least) {
        least = error / saved;
        best = matrix;
      }
    }
    return best;
  }

  /** A path on which an error of neurons counts so many times less. */
  GreedyPath preferringNeurons(double times) {
    double[] preferring = sensitivities.clone();
    Arrays.setAll(
        preferring,
        matrix -> Site.of(matrix) == Site.DOWN ? preferring[matrix] / times : preferring[matrix]);
    return new GreedyPath(matrices, losses, preferring);
  }

  private static double ratio(int index) {
    return index == Profile.RATIOS.size() ? 1 : Profile.RATIOS.get(index);
  }

  /** How many steps there are. */
  int length() {
    return lowered.size();
  }

  /** The ratios after so many steps, {@code [layers * 4]}. */
  double[] at(int step) {
    int[] at = new int[matrices.count()];
    Arrays.fill(at, Profile.RATIOS.size());
    lowered.subList(0, step).forEach(matrix -> at[matrix]--);
    return Arrays.stream(at).mapToDouble(GreedyPath::ratio).toArray();
  }

  /**
   * Share of the weights that is read after so many steps, if every matrix keeps just its ratio.
   */
  double read(int step) {
    return read.get(step);
  }

  /** The first step at which no more than this share of the weights is read, or the last. */
  int reading(double share) {
    int step = 0;
    while (step < length() && read.get(step) > share) {
      step++;
    }
    return step;
  }

  /** The first step at which no more than this share of the neurons is kept, or the last. */
  int keepingNeurons(double share) {
    int step = 0;
    while (step < length() && neurons(at(step)) > share) {
      step++;
    }
    return step;
  }

  private static double neurons(double[] ratios) {
    return IntStream.range(0, ratios.length)
        .filter(matrix -> Site.of(matrix) == Site.DOWN)
        .mapToDouble(matrix -> ratios[matrix])
        .average()
        .orElse(1);
  }
}
