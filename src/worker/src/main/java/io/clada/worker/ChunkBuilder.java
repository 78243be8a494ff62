package io.clada.worker;

import io.clada.engine.GeneratedToken;
import io.clada.worker.state.ProgressChunk;
import java.util.ArrayList;
import java.util.List;

/** Gathers the tokens of one request that one drain forwards. */
final class ChunkBuilder {
  private final long run;
  private final int firstIndex;
  private final List<Integer> tokenIds = new ArrayList<>();
  private final List<Float> surprisals = new ArrayList<>();
  private final List<Float> entropies = new ArrayList<>();
  private double activeNeuronRatioSum;
  private double weightsReadRatioSum;

  ChunkBuilder(Generation generation) {
    this.run = generation.facts().getRun();
    this.firstIndex = generation.nextIndex();
  }

  void add(int tokenId, GeneratedToken token) {
    tokenIds.add(tokenId);
    surprisals.add((float) token.surprisal());
    entropies.add((float) token.entropy());
    activeNeuronRatioSum += token.activeNeuronRatio();
    weightsReadRatioSum += token.weightsReadRatio();
  }

  ProgressChunk build() {
    return new ProgressChunk(
        firstIndex,
        tokenIds,
        surprisals,
        entropies,
        activeNeuronRatioSum,
        weightsReadRatioSum,
        run);
  }
}
