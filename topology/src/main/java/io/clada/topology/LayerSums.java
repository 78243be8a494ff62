package io.clada.topology;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Active-neuron ratio by layer, first to last, summed over tokens. Each layer counts its own tokens
 * because records may leave the layers out (dense) or, while a model is being replaced, have more
 * or fewer of them. Mutable and not thread-safe.
 */
final class LayerSums {
  private double[] ratios;
  private long[] tokens;

  LayerSums() {
    this(List.of(), List.of());
  }

  LayerSums(List<Double> ratios, List<Long> tokens) {
    if (ratios.size() != tokens.size()) {
      throw new IllegalArgumentException(
          ratios.size() + " layers with ratios, " + tokens.size() + " with tokens");
    }
    this.ratios = ratios.stream().mapToDouble(Double::doubleValue).toArray();
    this.tokens = tokens.stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * @param meanRatios per layer, over this many tokens
   */
  void add(List<Float> meanRatios, int overTokens) {
    grow(meanRatios.size());
    for (int i = 0; i < meanRatios.size(); i++) {
      ratios[i] += (double) meanRatios.get(i) * overTokens;
      tokens[i] += overTokens;
    }
  }

  void add(LayerSums other) {
    grow(other.ratios.length);
    for (int i = 0; i < other.ratios.length; i++) {
      ratios[i] += other.ratios[i];
      tokens[i] += other.tokens[i];
    }
  }

  /** Mean ratio per token of each layer, 0 to 1; 1 for a layer without tokens. */
  List<Float> means() {
    List<Float> means = new ArrayList<>(ratios.length);
    for (int i = 0; i < ratios.length; i++) {
      means.add(tokens[i] == 0 ? 1f : (float) (ratios[i] / tokens[i]));
    }
    return means;
  }

  List<Double> ratios() {
    return Arrays.stream(ratios).boxed().toList();
  }

  List<Long> tokens() {
    return Arrays.stream(tokens).boxed().toList();
  }

  private void grow(int layers) {
    if (layers > ratios.length) {
      ratios = Arrays.copyOf(ratios, layers);
      tokens = Arrays.copyOf(tokens, layers);
    }
  }
}
