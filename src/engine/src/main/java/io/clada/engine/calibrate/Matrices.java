package io.clada.engine.calibrate;

import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What is known of a model's matrices: their sizes and, measured at the {@linkplain Profile#RATIOS
 * usual ratios}, their thresholds.
 */
final class Matrices {
  /**
   * A threshold of zero would keep what is exactly zero: in a ReLU network, most neurons of a
   * token.
   */
  private static final double LEAST_THRESHOLD = 1e-9;

  private final long[] inputs;
  private final long[] outputs;
  private final double all;
  private final List<List<Double>> thresholds;

  /**
   * @param magnitudes that the ratios reach, {@code [layers * 4][ratios]}
   */
  Matrices(Decoder decoder, double[][] magnitudes) {
    inputs = decoder.weights().inputs();
    outputs = decoder.weights().outputs();
    all = decoder.weights().all() + decoder.headWeights();
    thresholds = new ArrayList<>();
    for (double[] row : magnitudes) {
      thresholds.add(
          Arrays.stream(row)
              .map(each -> rounded(Math.max(LEAST_THRESHOLD, each)))
              .boxed()
              .toList());
    }
  }

  int count() {
    return inputs.length;
  }

  /** Share of what dense reads that this matrix is. */
  double share(int matrix) {
    return inputs[matrix] * outputs[matrix] / all;
  }

  /** A step computes so much of a matrix whatever the ratio says. */
  double leastRatio(int matrix) {
    return Site.of(matrix) == Site.DOWN
        ? Math.min(1, (double) ForcedStream.MIN_ACTIVE_NEURONS / inputs[matrix])
        : 0;
  }

  /** A setting as a profile, with no set for batches and nothing measured. */
  Profile profile(Setting setting) {
    return new Profile(
        1,
        Profile.RATIOS,
        thresholds,
        Arrays.stream(setting.keepRatios()).boxed().toList(),
        setting.loadSwing(),
        setting.cooldown(),
        null,
        Map.of());
  }

  /** To five digits: more tell nothing, and the file is for people too. */
  static double rounded(double value) {
    return Double.parseDouble(String.format(Locale.ROOT, "%.4e", value));
  }
}
