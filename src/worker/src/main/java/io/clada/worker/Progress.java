package io.clada.worker;

import io.clada.engine.GenerationSpec.Emitted;
import io.clada.worker.state.ProgressChunk;
import java.util.ArrayList;
import java.util.List;

/**
 * The tokens of earlier attempts.
 *
 * @param tokens in order, from index 0
 * @param activeNeuronRatioSum over the tokens
 * @param weightsReadRatioSum over the tokens
 */
record Progress(List<Emitted> tokens, double activeNeuronRatioSum, double weightsReadRatioSum) {
  static final Progress NONE = new Progress(List.of(), 0, 0);

  Progress {
    tokens = List.copyOf(tokens);
  }

  /** Joins chunks, which must come in order. */
  static final class Builder {
    private final String id;
    private final List<Emitted> tokens = new ArrayList<>();
    private double activeNeuronRatioSum;
    private double weightsReadRatioSum;

    Builder(String id) {
      this.id = id;
    }

    void add(ProgressChunk chunk) {
      if (chunk.getFirstIndex() != tokens.size()) {
        throw new IllegalStateException(
            "progress of request "
                + id
                + ": expected a chunk from token "
                + tokens.size()
                + ", found one from token "
                + chunk.getFirstIndex());
      }
      for (int i = 0; i < chunk.getTokenIds().size(); i++) {
        tokens.add(
            new Emitted(
                chunk.getTokenIds().get(i),
                chunk.getSurprisals().get(i),
                chunk.getEntropies().get(i)));
      }
      activeNeuronRatioSum += chunk.getActiveNeuronRatioSum();
      weightsReadRatioSum += chunk.getWeightsReadRatioSum();
    }

    Progress build() {
      return new Progress(tokens, activeNeuronRatioSum, weightsReadRatioSum);
    }
  }
}
