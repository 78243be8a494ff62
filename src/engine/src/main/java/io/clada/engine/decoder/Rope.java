package io.clada.engine.decoder;

import io.clada.engine.hf.Llama3RopeScaling;
import io.clada.engine.hf.LlamaConfig;
import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding (arXiv 2104.09864) as tables, with Llama 3's rescaling of low
 * frequencies.
 */
final class Rope {
  private Rope() {}

  /**
   * Cosines {@code [positions, headDim]}, each frequency twice: the rotation pairs i with i +
   * headDim / 2.
   */
  static float[] cosines(LlamaConfig config) {
    return table(config, angle -> (float) Math.cos(angle), 1);
  }

  /**
   * Sines {@code [positions, headDim]}, the first half negated, so that rotating is one roll and
   * two products.
   */
  static float[] sines(LlamaConfig config) {
    return table(config, angle -> (float) Math.sin(angle), -1);
  }

  private interface Wave {
    float at(double angle);
  }

  private static float[] table(LlamaConfig config, Wave wave, int firstHalfSign) {
    int half = config.headDim() / 2;
    double[] frequencies = frequencies(config);
    float[] table = new float[Math.multiplyExact(config.maxPositions(), config.headDim())];
    for (int position = 0; position < config.maxPositions(); position++) {
      int row = position * config.headDim();
      for (int i = 0; i < half; i++) {
        float value = wave.at(position * frequencies[i]);
        table[row + i] = firstHalfSign * value;
        table[row + half + i] = value;
      }
    }
    return table;
  }

  /** In radians per position, {@code [headDim / 2]}. */
  static double[] frequencies(LlamaConfig config) {
    double[] frequencies = new double[config.headDim() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = Math.pow(config.ropeTheta(), -2.0 * i / config.headDim());
      frequencies[i] = rescaled(frequency, config.ropeScaling());
    }
    return frequencies;
  }

  /** Long waves are slowed by the factor, short ones kept, those between blended. */
  private static double rescaled(double frequency, @Nullable Llama3RopeScaling scaling) {
    if (scaling == null) {
      return frequency;
    }
    double turns = scaling.originalMaxPositions() * frequency / (2 * Math.PI);
    if (turns < scaling.lowFreqFactor()) {
      return frequency / scaling.factor();
    }
    if (turns > scaling.highFreqFactor()) {
      return frequency;
    }
    double blend =
        (turns - scaling.lowFreqFactor()) / (scaling.highFreqFactor() - scaling.lowFreqFactor());
    return (1 - blend) * frequency / scaling.factor() + blend * frequency;
  }
}
