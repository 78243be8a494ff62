package io.clada.engine.calibrate;

import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import java.util.Arrays;

/**
 * How much the model's output moves per unit of a matrix's {@linkplain Losses loss}: the same loss
 * does ten times the harm in one matrix that it does in another. Each matrix is made sparse alone,
 * as much as costs it {@link #LOSS}, and the divergence from dense is divided by what it lost.
 */
final class Sensitivities {
  /** Large enough to stand out, small enough that effects are still proportional. */
  private static final double LOSS = 0.03;

  private Sensitivities() {}

  /**
   * @param readings some: the divergence needs but a few hundred tokens
   * @param losses {@code [layers * 4][ratios]}
   */
  static double[] measure(
      Decoder decoder, Readings readings, Matrices matrices, double[][] losses, Meter meter) {
    double[] sensitivities = new double[matrices.count()];
    SparseTrial trial = new SparseTrial(decoder, readings.all(), meter);
    for (int matrix = 0; matrix < sensitivities.length; matrix++) {
      int ratio = nearest(losses[matrix]);
      double[] alone = new double[matrices.count()];
      Arrays.fill(alone, 1);
      alone[matrix] = Profile.RATIOS.get(ratio);
      Score score = trial.run(matrices.profile(new Setting(alone, 0, 0)));
      sensitivities[matrix] =
          score.divergence(readings.dense()) / Math.max(1e-9, losses[matrix][ratio]);
    }
    return sensitivities;
  }

  /** The ratio whose loss is nearest, by its logarithm. */
  private static int nearest(double[] losses) {
    int best = 0;
    for (int ratio = 1; ratio < losses.length; ratio++) {
      if (distance(losses[ratio]) < distance(losses[best])) {
        best = ratio;
      }
    }
    return best;
  }

  private static double distance(double loss) {
    return Math.abs(Math.log(Math.max(1e-9, loss) / LOSS));
  }
}
