package io.clada.engine.hf;

import io.clada.engine.hf.DecoderConfig.Activation;
import io.clada.engine.hf.DecoderConfig.Norm;
import io.clada.engine.hf.DecoderConfig.Positions;
import io.clada.engine.hf.DecoderConfig.Residual;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@link DecoderConfig} from the fields that a family's config.json has; defaults are those
 * of the family's class in transformers.
 */
final class DecoderConfigBuilder {
  /** Well beyond any model; whatever is derived from such a number takes little memory. */
  private static final int MOST_LAYERS_OR_HEADS = 1 << 14;

  private static final int MOST_WIDTH = 1 << 27;

  /** The decoder keeps a table of all rotations: 512 MiB for heads of 128. */
  private static final int MOST_POSITIONS = 1 << 20;

  private static final Map<String, Activation> ACTIVATIONS =
      Map.of(
          "silu", Activation.SILU,
          "relu", Activation.RELU,
          "gelu", Activation.GELU,
          "gelu_new", Activation.GELU_TANH,
          "gelu_fast", Activation.GELU_TANH,
          "gelu_pytorch_tanh", Activation.GELU_TANH);

  private final JsonFile json;
  private String hiddenField = "";
  private int hiddenSize;
  private int embeddingSize;
  private int intermediateSize;
  private int layers;
  private List<Integer> windows = List.of();
  private String headsField = "";
  private int heads;
  private String kvHeadsField = "";
  private int kvHeads;
  private @Nullable String headDimField;
  private int vocabSize;
  private int maxPositions;
  private Norm norm = Norm.LAYER;
  private double normEps;
  private boolean finalNorm = true;
  private boolean gated;
  private Activation activation = Activation.GELU;
  private Residual residual = Residual.SEQUENTIAL;
  private @Nullable RopeJson rope;
  private @Nullable Integer bosTokenId;
  private Set<Integer> eosTokenIds = Set.of();

  DecoderConfigBuilder(JsonFile json) {
    this.json = json;
  }

  DecoderConfigBuilder hidden(String field, int otherwise) {
    hiddenField = field;
    hiddenSize = json.size(field, otherwise, MOST_WIDTH);
    embeddingSize = hiddenSize;
    return this;
  }

  /** Hidden's width unless the field says otherwise. */
  DecoderConfigBuilder embedding(String field) {
    embeddingSize = json.size(field, hiddenSize, MOST_WIDTH);
    return this;
  }

  DecoderConfigBuilder intermediate(String field, int otherwise) {
    intermediateSize = json.size(field, otherwise, MOST_WIDTH);
    return this;
  }

  /** Four times hidden's width unless the field says otherwise. */
  DecoderConfigBuilder intermediate(String field) {
    return intermediate(field, 4 * hiddenSize);
  }

  DecoderConfigBuilder layers(String field, int otherwise) {
    layers = json.size(field, otherwise, MOST_LAYERS_OR_HEADS);
    return windows(Collections.nCopies(layers, 0));
  }

  int layers() {
    return layers;
  }

  DecoderConfigBuilder windows(List<Integer> ofLayers) {
    windows = ofLayers;
    return this;
  }

  /** Each with its own key and value. */
  DecoderConfigBuilder heads(String field, int otherwise) {
    headsField = field;
    heads = json.size(field, otherwise, MOST_LAYERS_OR_HEADS);
    kvHeads = heads;
    return this;
  }

  /**
   * Key-value heads; as many as heads where the field is null.
   *
   * @param absent how many there are where it is absent; null for as many as heads
   */
  DecoderConfigBuilder kvHeads(String field, @Nullable Integer absent) {
    kvHeadsField = field;
    Integer given = json.wholeOrNone(field, 1, absent);
    return kvHeads(given == null ? heads : given);
  }

  DecoderConfigBuilder kvHeads(int count) {
    kvHeads = count;
    return this;
  }

  /** Where a head's width may differ from hidden / heads. */
  DecoderConfigBuilder headDim(String field) {
    headDimField = field;
    return this;
  }

  DecoderConfigBuilder vocabulary(int otherwise) {
    vocabSize = json.size("vocab_size", otherwise, Integer.MAX_VALUE);
    return this;
  }

  DecoderConfigBuilder context(String field, int otherwise) {
    maxPositions = json.size(field, otherwise, MOST_POSITIONS);
    return this;
  }

  DecoderConfigBuilder rmsNorm(String field, double otherwise) {
    norm = Norm.RMS;
    normEps = json.positive(field, otherwise);
    return this;
  }

  DecoderConfigBuilder layerNorm(String field, double otherwise) {
    return layerNorm(json.positive(field, otherwise));
  }

  DecoderConfigBuilder layerNorm(double eps) {
    norm = Norm.LAYER;
    normEps = eps;
    return this;
  }

  DecoderConfigBuilder finalNorm(boolean present) {
    finalNorm = present;
    return this;
  }

  DecoderConfigBuilder gated() {
    gated = true;
    return this;
  }

  /**
   * @param supported transformers' names, the default first
   */
  DecoderConfigBuilder activation(String field, String... supported) {
    String name = Objects.requireNonNullElse(json.text(field), supported[0]);
    if (!List.of(supported).contains(name)) {
      throw json.error(
          "%s '%s' is not supported; supported: %s"
              .formatted(field, name, String.join(", ", supported)));
    }
    activation = Objects.requireNonNull(ACTIVATIONS.get(name));
    return this;
  }

  DecoderConfigBuilder residual(Residual kind) {
    residual = kind;
    return this;
  }

  DecoderConfigBuilder rotary(RopeJson rope) {
    this.rope = rope;
    return this;
  }

  /**
   * @param bos where bos_token_id is absent; an explicit null is none
   * @param eos where eos_token_id is absent; an explicit null is none
   */
  DecoderConfigBuilder tokens(
      @Nullable Integer bos, @Nullable Integer eos, GenerationDefaults generation) {
    bosTokenId = json.wholeOrNone("bos_token_id", 0, bos);
    if (generation.eosTokenIds() != null) {
      eosTokenIds = generation.eosTokenIds();
    } else if (json.node().has("eos_token_id")) {
      eosTokenIds = Objects.requireNonNullElse(json.tokenIds("eos_token_id"), Set.of());
    } else {
      eosTokenIds = eos == null ? Set.of() : Set.of(eos);
    }
    return this;
  }

  /** Checks how the fields go together. */
  DecoderConfig build() {
    if (heads % kvHeads != 0) {
      throw json.error(
          "%s (%d) is not a multiple of %s (%d)"
              .formatted(headsField, heads, kvHeadsField, kvHeads));
    }
    int headDim = headDim();
    return new DecoderConfig(
        Objects.requireNonNull(json.text("model_type")),
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        kvHeads,
        headDim,
        vocabSize,
        maxPositions,
        norm,
        normEps,
        gated,
        activation,
        residual,
        rope == null ? Positions.LEARNED : Positions.ROTARY,
        rope == null ? 0 : rope.dimensions(json, headDim),
        rope == null ? RopeJson.DEFAULT_THETA : rope.theta(),
        rope == null ? null : rope.scaling(),
        windows,
        embeddingSize,
        finalNorm,
        bosTokenId,
        eosTokenIds);
  }

  private int headDim() {
    boolean given = headDimField != null && json.has(headDimField);
    if (!given && hiddenSize % heads != 0) {
      throw json.error(
          "%s (%d) is not a multiple of %s (%d)%s"
              .formatted(
                  hiddenField,
                  hiddenSize,
                  headsField,
                  heads,
                  headDimField == null ? "" : " and there is no " + headDimField));
    }
    int derived = Math.max(1, hiddenSize / heads);
    return headDimField == null ? derived : json.size(headDimField, derived, MOST_WIDTH);
  }
}
