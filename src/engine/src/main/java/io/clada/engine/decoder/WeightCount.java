package io.clada.engine.decoder;

import io.clada.engine.hf.DecoderConfig;
import io.clada.engine.hf.EndWeights;
import io.clada.engine.hf.ModelFamily;

/** How many weights a model's matrices have: what a dense step reads. */
final class WeightCount {
  private final ModelFamily family;
  private final DecoderConfig config;

  WeightCount(ModelFamily family) {
    this.family = family;
    this.config = family.config();
  }

  /** Inputs of each product, {@code [layers * 4]} in the order of {@link Site}. */
  long[] inputs() {
    long hidden = config.hiddenSize();
    long attention = (long) config.heads() * config.headDim();
    return repeated(hidden, attention, hidden, config.intermediateSize());
  }

  /** Outputs of each product, in the same order. */
  long[] outputs() {
    long hidden = config.hiddenSize();
    long heads = config.heads() + 2L * config.kvHeads();
    long up = (config.gated() ? 2L : 1L) * config.intermediateSize();
    return repeated(heads * config.headDim(), hidden, up, hidden);
  }

  /** Of the output head, which every step reads, with the projection before it. */
  long head() {
    long head = (long) config.vocabSize() * config.embeddingSize();
    return config.embeddingSize() == config.hiddenSize()
        ? head
        : head + (long) config.hiddenSize() * config.embeddingSize();
  }

  /** Of all layers and ends. */
  long all() {
    long[] inputs = inputs();
    long[] outputs = outputs();
    long sum = 0;
    for (int product = 0; product < inputs.length; product++) {
      sum += inputs[product] * outputs[product];
    }
    EndWeights ends = family.ends();
    return sum + head() + (ends.head().equals(ends.embedding()) ? 0 : head());
  }

  private long[] repeated(long... sites) {
    long[] all = new long[config.layers() * Site.COUNT];
    for (int product = 0; product < all.length; product++) {
      all[product] = sites[product % Site.COUNT];
    }
    return all;
  }
}
