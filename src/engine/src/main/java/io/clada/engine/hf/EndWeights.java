package io.clada.engine.hf;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the weights before the first layer and after the last are, in the order of a token's way. D
 * is hiddenSize, W embeddingSize, V vocabSize.
 *
 * @param embedding {@code [V, W]}
 * @param projectIn {@code [D, W]}; null where W is D
 * @param positions {@code [maxPositions, D]}, the first row for position 0 (OPT's table begins with
 *     two others, which are left out); null where positions are rotary
 * @param finalNorm null where {@link DecoderConfig#finalNorm} is false
 * @param finalNormBias null with RMS norms or no norm
 * @param projectOut {@code [W, D]}; null where W is D
 * @param head {@code [V, W]}; equal to {@code embedding} where they are tied
 * @param headBias {@code [V]}; null where there is none
 */
public record EndWeights(
    Part embedding,
    @Nullable Part projectIn,
    @Nullable Part positions,
    @Nullable Part finalNorm,
    @Nullable Part finalNormBias,
    @Nullable Part projectOut,
    Part head,
    @Nullable Part headBias) {

  /** An embedding as wide as the hidden state, and a final norm. */
  static EndWeights of(
      Part embedding,
      @Nullable Part positions,
      NormParts norm,
      Part head,
      @Nullable Part headBias) {
    return new EndWeights(
        embedding, null, positions, norm.weight(), norm.bias(), null, head, headBias);
  }

  List<Part> parts() {
    return Stream.of(
            embedding, projectIn, positions, finalNorm, finalNormBias, projectOut, head, headBias)
        .filter(Objects::nonNull)
        .toList();
  }
}
