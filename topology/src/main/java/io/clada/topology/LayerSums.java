package io.clada.topology;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Active-neuron ratio by layer, first to last, summed over tokens. Each layer counts its own tokens
 * because records may leave the layers out (dense) or, while a model is being replaced, have more
 * or fewer of them.
 */
record LayerSums(List<Double> ratios, List<Long> tokens) {
  static final LayerSums NONE = new LayerSums(List.of(), List.of());

  LayerSums {
    ratios = List.copyOf(ratios);
    tokens = List.copyOf(tokens);
    if (ratios.size() != tokens.size()) {
      throw new IllegalArgumentException(
          ratios.size() + " layers with ratios, " + tokens.size() + " with tokens");
    }
  }

  static LayerSums of(List<Float> meanRatios, int tokens) {
    return new LayerSums(
        meanRatios.stream().map(ratio -> (double) ratio * tokens).toList(),
        Collections.nCopies(meanRatios.size(), (long) tokens));
  }

  LayerSums plus(LayerSums other) {
    int layers = Math.max(ratios.size(), other.ratios.size());
    List<Double> summedRatios = new ArrayList<>(layers);
    List<Long> summedTokens = new ArrayList<>(layers);
    for (int i = 0; i < layers; i++) {
      summedRatios.add(at(ratios, i, 0.0) + at(other.ratios, i, 0.0));
      summedTokens.add(at(tokens, i, 0L) + at(other.tokens, i, 0L));
    }
    return new LayerSums(summedRatios, summedTokens);
  }

  /** Mean ratio per token of each layer, 0 to 1; 1 for a layer without tokens. */
  List<Float> means() {
    List<Float> means = new ArrayList<>(ratios.size());
    for (int i = 0; i < ratios.size(); i++) {
      means.add(tokens.get(i) == 0 ? 1f : (float) (ratios.get(i) / tokens.get(i)));
    }
    return means;
  }

  private static <T> T at(List<T> list, int index, T otherwise) {
    return index < list.size() ? list.get(index) : otherwise;
  }
}
