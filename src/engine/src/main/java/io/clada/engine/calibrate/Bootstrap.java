package io.clada.engine.calibrate;

import java.util.Arrays;
import java.util.Random;

/**
 * Paired bootstrap over passages: tokens of one text are no independent witnesses. The same seed
 * draws the same passages every time, so that settings are compared on equal terms.
 */
final class Bootstrap {
  /**
   * One-sided: in so many of the resamples the rise is no higher. That much, since the search takes
   * the cheapest of many settings: the one that looks best is in part the luckiest.
   */
  static final double CONFIDENCE = 0.99;

  private static final int RESAMPLES = 2000;

  private final long seed;

  Bootstrap(long seed) {
    this.seed = seed;
  }

  /** The rise of {@code score}'s perplexity over {@code baseline}'s, on the same passages. */
  Rise rise(Score score, Score baseline) {
    double[] rises = rises(score, baseline);
    return new Rise(score.perplexity() / baseline.perplexity() - 1, quantile(rises, CONFIDENCE));
  }

  /** Whether one score is lower than another on other texts, too, in all likelihood. */
  boolean surelyLower(Score one, Score other) {
    return quantile(rises(one, other), CONFIDENCE) < 0;
  }

  /** Ascending. */
  private double[] rises(Score score, Score baseline) {
    int passages = score.bits().size();
    double[] bits = new double[passages];
    int[] tokens = new int[passages];
    for (int i = 0; i < passages; i++) {
      bits[i] = Score.sum(score.bits().get(i)) - Score.sum(baseline.bits().get(i));
      tokens[i] = score.bits().get(i).length;
    }
    Random random = new Random(seed);
    double[] rises = new double[RESAMPLES];
    for (int resample = 0; resample < RESAMPLES; resample++) {
      double sum = 0;
      long count = 0;
      for (int i = 0; i < passages; i++) {
        int drawn = random.nextInt(passages);
        sum += bits[drawn];
        count += tokens[drawn];
      }
      rises[resample] = Math.pow(2, sum / count) - 1;
    }
    Arrays.sort(rises);
    return rises;
  }

  private static double quantile(double[] ascending, double share) {
    return ascending[(int) Math.ceil(share * ascending.length) - 1];
  }
}
