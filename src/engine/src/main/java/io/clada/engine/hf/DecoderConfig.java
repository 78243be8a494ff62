package io.clada.engine.hf;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the decoder is told about a model, the same for every family; {@link ModelFamily} says where
 * the weights are. Sizes are positive, {@code heads} is a multiple of {@code kvHeads}, {@code
 * rotaryDim} is even and at most {@code headDim}.
 *
 * @param modelType config.json's model_type
 * @param intermediateSize neurons of a feed-forward network
 * @param headDim width of one head; heads * headDim need not be hiddenSize
 * @param maxPositions the context, in tokens
 * @param normEps added to the mean square (RMS) or the variance (LAYER)
 * @param gated whether a neuron is {@code activation(gate) * up}, else {@code activation(up)}
 * @param rotaryDim how many of a head's values rotate, the first ones; 0 where positions are
 *     learned
 * @param ropeTheta base of the rotary wavelengths; of no meaning where positions are learned
 * @param ropeScaling null for none
 * @param windows for each layer, how many positions one sees, itself included; 0 for all
 * @param embeddingSize width of the embedding and of the head's input; where it is not hiddenSize,
 *     {@link EndWeights#projectIn} and {@link EndWeights#projectOut} lie between
 * @param finalNorm whether a norm follows the last layer
 * @param bosTokenId null where the model has none
 * @param eosTokenIds tokens that end a text: generation_config.json's, else config.json's
 */
public record DecoderConfig(
    String modelType,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int vocabSize,
    int maxPositions,
    Norm norm,
    double normEps,
    boolean gated,
    Activation activation,
    Residual residual,
    Positions positions,
    int rotaryDim,
    double ropeTheta,
    @Nullable Llama3RopeScaling ropeScaling,
    List<Integer> windows,
    int embeddingSize,
    boolean finalNorm,
    @Nullable Integer bosTokenId,
    Set<Integer> eosTokenIds) {

  public DecoderConfig {
    windows = List.copyOf(windows);
    eosTokenIds = Set.copyOf(eosTokenIds);
  }

  /** How activations are normalised. */
  public enum Norm {
    /** Divided by the root of the mean square (arXiv 1910.07467); no bias. */
    RMS,
    /** Mean 0 and variance 1 (arXiv 1607.06450); has a bias. */
    LAYER
  }

  /** Between a feed-forward network's two matrices. */
  public enum Activation {
    SILU,
    /** With the error function. */
    GELU,
    /** The tanh approximation. */
    GELU_TANH,
    RELU
  }

  /** How a layer adds to the hidden state h. */
  public enum Residual {
    /** {@code h += attention(norm1(h)); h += ffn(norm2(h))}. */
    SEQUENTIAL,
    /** {@code h = norm1(h + attention(h)); h = norm2(h + ffn(h))}. */
    POST_NORM,
    /**
     * {@code h += attention(norm1(h)) + ffn(norm2(h))}; where {@link LayerWeights#norm2Weight} is
     * null, the ffn's input is norm1(h) too.
     */
    PARALLEL
  }

  /** Where the order of tokens enters. */
  public enum Positions {
    /** Queries and keys are rotated (arXiv 2104.09864): i pairs with i + rotaryDim / 2. */
    ROTARY,
    /** A table's row is added to the embedding, after {@link EndWeights#projectIn}. */
    LEARNED
  }
}
