package io.clada.engine.decoder;

import io.clada.engine.hf.DecoderConfig;
import io.clada.engine.hf.Llama3RopeScaling;
import org.jspecify.annotations.Nullable;

/**
 * Rotary position embedding (arXiv 2104.09864) as tables, with Llama 3's rescaling of low
 * frequencies.
 */
final class Rope {
  private Rope() {}

  /** Cosine and sine of each position and frequency, {@code [positions, rotaryDim / 2, 2]}. */
  static float[] turns(DecoderConfig config) {
    double[] frequencies = frequencies(config);
    float[] turns = new float[Math.multiplyExact(config.maxPositions(), config.rotaryDim())];
    int at = 0;
    for (int position = 0; position < config.maxPositions(); position++) {
      for (double frequency : frequencies) {
        turns[at++] = (float) Math.cos(position * frequency);
        turns[at++] = (float) Math.sin(position * frequency);
      }
    }
    return turns;
  }

  /** In radians per position, {@code [rotaryDim / 2]}. */
  static double[] frequencies(DecoderConfig config) {
    double[] frequencies = new double[config.rotaryDim() / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double frequency = Math.pow(config.ropeTheta(), -2.0 * i / config.rotaryDim());
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
