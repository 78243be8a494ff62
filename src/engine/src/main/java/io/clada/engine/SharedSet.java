package io.clada.engine;

import io.clada.engine.clada.NeuronSet;
import io.clada.engine.decoder.CompactWeights;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Weights;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one set of neurons that is held in compact copies: a single generation's own (mode {@code
 * griffin}), or what a batch shares (method, section 5). When those who use it change, only the
 * neurons that enter or leave are copied. Confined to the thread that runs the model.
 */
final class SharedSet implements AutoCloseable {
  /** Prompt tokens at which the prompts' own ranking weighs as much as the backbone. */
  private static final double TAU = 128;

  /** A newcomer must score so much more than a neuron of the set to take its place. */
  private static final float HYSTERESIS = 0.1f;

  private final Decoder decoder;
  private final int neurons;
  private @Nullable CompactWeights compact;
  private List<ActiveGeneration> users = List.of();
  private int @Nullable [][] members;

  SharedSet(Decoder decoder) {
    this.decoder = decoder;
    this.neurons = decoder.config().intermediateSize();
  }

  /**
   * The weights for a step of these generations.
   *
   * @param kept neurons of each layer
   */
  Weights weights(List<ActiveGeneration> group, int kept) {
    CompactWeights current = compact;
    if (current == null || current.kept() != kept) {
      close();
      current = decoder.compact(kept);
      compact = current;
    }
    if (!users.equals(group)) {
      int[][] chosen = NeuronSet.top(scores(group), kept);
      current.assign(chosen);
      members = chosen;
      users = List.copyOf(group);
    }
    return current.weights();
  }

  private float[][] scores(List<ActiveGeneration> group) {
    ActiveGeneration first = group.get(0);
    Backbone backbone = first.spec().backbone();
    if (group.size() == 1 && first.spec().mode() == Mode.GRIFFIN) {
      return fused(normalised(first.importance()), first.promptTokens(), backbone);
    }
    float[][] sum = new float[decoder.config().layers()][neurons];
    int tokens = 0;
    for (ActiveGeneration generation : group) {
      add(sum, generation.energy(), generation.promptTokens());
      tokens += generation.promptTokens();
    }
    return favouring(members, fused(normalised(sum), tokens, backbone));
  }

  /** Short prompts rank badly: the fewer tokens, the more the fleet's prior decides. */
  private static float[][] fused(float[][] own, int tokens, @Nullable Backbone backbone) {
    if (backbone == null || backbone.layers().size() != own.length) {
      return own;
    }
    float lambda = (float) (tokens / (tokens + TAU));
    for (int layer = 0; layer < own.length; layer++) {
      float[] prior = backbone.layers().get(layer);
      for (int neuron = 0; neuron < Math.min(prior.length, own[layer].length); neuron++) {
        own[layer][neuron] = lambda * own[layer][neuron] + (1 - lambda) * prior[neuron];
      }
    }
    return own;
  }

  private static float[][] favouring(int @Nullable [][] members, float[][] scores) {
    if (members != null) {
      for (int layer = 0; layer < scores.length; layer++) {
        for (int neuron : members[layer]) {
          scores[layer][neuron] *= 1 + HYSTERESIS;
        }
      }
    }
    return scores;
  }

  private static void add(float[][] sum, List<float[]> energy, int weight) {
    for (int layer = 0; layer < sum.length; layer++) {
      float[] share = energy.get(layer);
      for (int neuron = 0; neuron < share.length; neuron++) {
        sum[layer][neuron] += weight * share[neuron];
      }
    }
  }

  private static float[][] normalised(float[][] rows) {
    List<float[]> result = new ArrayList<>();
    for (float[] row : rows) {
      double sum = 0;
      for (float value : row) {
        sum += value;
      }
      float[] scaled = row.clone();
      for (int i = 0; i < scaled.length && sum > 0; i++) {
        scaled[i] = (float) (scaled[i] / sum);
      }
      result.add(scaled);
    }
    return result.toArray(float[][]::new);
  }

  @Override
  public void close() {
    if (compact != null) {
      compact.close();
      compact = null;
    }
    users = List.of();
    members = null;
  }
}
