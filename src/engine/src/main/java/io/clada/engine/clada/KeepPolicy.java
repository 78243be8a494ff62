package io.clada.engine.clada;

import io.clada.engine.CognitiveLoad;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Site;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The hierarchical threshold of mode {@code clada} (method, section 3): a base from the profile,
 * rescaled to the prompt, moved by the last token's cognitive load. Without a profile there is no
 * magnitude to compare with, and each step keeps the largest inputs in the configured number
 * instead.
 */
public final class KeepPolicy {
  private static final double LEAST_RATIO = 0.01;

  /** A product of nothing would be wasted on the matrix. */
  private static final int FEWEST_INPUTS = 4;

  /** Prompt tokens at which the prompt's own statistics weigh as much as the calibration's. */
  private static final double PROMPT_WEIGHT = 128;

  /** A prompt may move a threshold by this factor at most. */
  private static final double MOST_RESCALING = 2;

  private final double[] nominal;
  private final boolean sparse;
  private final Keep afterLow;
  private final Keep afterMedium;
  private final Keep afterHigh;

  /**
   * @param inputs inputs of each matrix, {@code [layers * 4]}
   * @param profile the model's; null: none
   * @param ratios share of each matrix's inputs to keep, {@code [layers * 4]}
   * @param offset added to the ratios of matrices that are not dense
   * @param breakEven share of a matrix's inputs from which on it is dense, {@code [4]} in the order
   *     of {@link Site}
   * @param minActiveNeurons least inputs of {@link Site#DOWN}
   * @param prompt magnitudes that the prompt's inputs reach at the profile's ratios, {@code [layers
   *     * 4][ratios]}; null: do not rescale
   * @param promptTokens how many tokens they were measured over
   */
  public KeepPolicy(
      long[] inputs,
      @Nullable Profile profile,
      double[] ratios,
      double offset,
      double[] breakEven,
      int minActiveNeurons,
      float @Nullable [][] prompt,
      long promptTokens) {
    nominal = new double[inputs.length];
    Keep[] keeps = new Keep[3];
    for (int step = -1; step <= 1; step++) {
      double shift = profile == null ? 0 : step * profile.loadSwing();
      double[] thresholds = new double[inputs.length];
      long[] floors = new long[inputs.length];
      for (int matrix = 0; matrix < inputs.length; matrix++) {
        double mean = ratios[matrix] < 1 ? ratios[matrix] + offset : 1;
        nominal[matrix] = mean < breakEven[matrix % Site.COUNT] ? Math.min(1, mean) : 1;
        double ratio = nominal[matrix] < 1 ? Math.max(LEAST_RATIO, mean + shift) : 1;
        int few =
            Site.of(matrix) == Site.DOWN
                ? Math.max(FEWEST_INPUTS, minActiveNeurons)
                : FEWEST_INPUTS;
        if (ratio >= 1) {
          floors[matrix] = Long.MAX_VALUE;
        } else if (profile == null) {
          thresholds[matrix] = Double.MAX_VALUE;
          floors[matrix] = Math.max(few, Math.round(ratio * inputs[matrix]));
        } else {
          double base = table(profile.ratios(), profile.thresholds().get(matrix)).at(ratio);
          thresholds[matrix] =
              prompt == null
                  ? base
                  : base
                      * rescaling(
                          base, table(profile.ratios(), prompt[matrix]).at(ratio), promptTokens);
          floors[matrix] = few;
        }
      }
      keeps[step + 1] = new Keep(thresholds, floors);
    }
    sparse = Arrays.stream(nominal).anyMatch(ratio -> ratio < 1);
    afterLow = keeps[0];
    afterMedium = keeps[1];
    afterHigh = keeps[2];
  }

  /** Share of each matrix's inputs that is kept in the long run, {@code [layers * 4]}; 1: dense. */
  public double[] ratios() {
    return nominal.clone();
  }

  /** Whether anything is left out at all. */
  public boolean sparse() {
    return sparse;
  }

  /** What the step after a token of this load keeps. */
  public Keep after(CognitiveLoad load) {
    return switch (load) {
      case LOW -> afterLow;
      case MEDIUM -> afterMedium;
      case HIGH -> afterHigh;
    };
  }

  private static ThresholdTable table(List<Double> ratios, List<Double> magnitudes) {
    return new ThresholdTable(
        ratios.stream().mapToDouble(Double::doubleValue).toArray(),
        magnitudes.stream().mapToDouble(Double::doubleValue).toArray());
  }

  private static ThresholdTable table(List<Double> ratios, float[] magnitudes) {
    return table(
        ratios,
        IntStream.range(0, magnitudes.length).mapToObj(i -> (double) magnitudes[i]).toList());
  }

  /** Towards the prompt's quantile, shrunk towards 1 for short prompts by {@code T / (T + 128)}. */
  private static double rescaling(double base, double prompt, long tokens) {
    if (base <= 0 || prompt <= 0) {
      return 1;
    }
    double weight = tokens / (tokens + PROMPT_WEIGHT);
    double factor = Math.min(MOST_RESCALING, Math.max(1 / MOST_RESCALING, prompt / base));
    return 1 + weight * (factor - 1);
  }
}
