package io.clada.engine.clada;

import io.clada.engine.Backbone;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the neurons of a set that a batch shares are ranked: the prompts' contribution energies,
 * fused with the fleet's prior (method, section 5).
 */
public final class SetScores {
  /** Prompt tokens at which the prompts' own ranking weighs as much as the backbone. */
  private static final double TAU = 128;

  /** A newcomer must score so much more than a neuron of the set to take its place. */
  private static final double HYSTERESIS = 0.1;

  private SetScores() {}

  /**
   * A prompt's part.
   *
   * @param energy each neuron's share of its layer's energy, {@code [layers][neurons]}
   * @param tokens how many it is over
   */
  public record Prompt(List<float[]> energy, int tokens) {}

  /**
   * Scores, {@code [layers][neurons]}.
   *
   * @param prompts of the batch, at least one
   * @param backbone null, or of another shape: there is no prior
   * @param members the neurons that are in the set now, {@code [layers][kept]}; null: none
   */
  public static float[][] of(
      List<Prompt> prompts, @Nullable Backbone backbone, int @Nullable [][] members) {
    List<float[]> shape = prompts.get(0).energy();
    float[][] scores = new float[shape.size()][];
    for (int layer = 0; layer < scores.length; layer++) {
      double[] own = shares(prompts, layer);
      if (backbone != null && fits(backbone, shape)) {
        fuse(own, backbone.layers().get(layer), prompts.stream().mapToInt(Prompt::tokens).sum());
      }
      if (members != null) {
        for (int neuron : members[layer]) {
          own[neuron] *= 1 + HYSTERESIS;
        }
      }
      scores[layer] = floats(own);
    }
    return scores;
  }

  /** Of the energy of all prompts together. */
  private static double[] shares(List<Prompt> prompts, int layer) {
    double[] shares = new double[prompts.get(0).energy().get(layer).length];
    double sum = 0;
    for (Prompt prompt : prompts) {
      float[] energy = prompt.energy().get(layer);
      for (int neuron = 0; neuron < shares.length; neuron++) {
        shares[neuron] += (double) prompt.tokens() * energy[neuron];
        sum += (double) prompt.tokens() * energy[neuron];
      }
    }
    for (int neuron = 0; neuron < shares.length && sum > 0; neuron++) {
      shares[neuron] /= sum;
    }
    return shares;
  }

  /** Short prompts rank badly: the fewer tokens, the more the prior decides. */
  private static void fuse(double[] own, float[] prior, int tokens) {
    double lambda = tokens / (tokens + TAU);
    for (int neuron = 0; neuron < own.length; neuron++) {
      own[neuron] = lambda * own[neuron] + (1 - lambda) * prior[neuron];
    }
  }

  private static boolean fits(Backbone backbone, List<float[]> shape) {
    List<float[]> layers = backbone.layers();
    return layers.size() == shape.size()
        && IntStream.range(0, shape.size())
            .allMatch(layer -> layers.get(layer).length == shape.get(layer).length);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }
}
