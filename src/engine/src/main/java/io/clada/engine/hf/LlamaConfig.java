package io.clada.engine.hf;

import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A LLaMA's config.json, with the defaults of transformers' LlamaConfig for what is not in it.
 * Every size is positive, {@code heads} is a multiple of {@code kvHeads} and {@code headDim} is
 * even.
 *
 * @param intermediateSize neurons of a feed-forward network
 * @param headDim width of one head; heads * headDim need not be hiddenSize
 * @param maxPositions the context, in tokens
 * @param tiedHead whether the head is the embedding matrix; lm_head.weight is then absent or unused
 * @param eosTokenIds tokens that end a text: generation_config.json's, else config.json's
 */
public record LlamaConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    int vocabSize,
    int maxPositions,
    double rmsNormEps,
    double ropeTheta,
    @Nullable Llama3RopeScaling ropeScaling,
    boolean tiedHead,
    boolean attentionBias,
    boolean mlpBias,
    @Nullable Integer bosTokenId,
    Set<Integer> eosTokenIds) {

  private static final String SUPPORTED_TYPES = "llama";

  public LlamaConfig {
    eosTokenIds = Set.copyOf(eosTokenIds);
  }

  static LlamaConfig of(JsonFile json, GenerationDefaults generation) {
    String type = json.text("model_type");
    if (type == null) {
      throw json.error("model_type is missing; supported: " + SUPPORTED_TYPES);
    }
    if (!type.equals("llama")) {
      throw json.error("model_type '" + type + "' is not supported; supported: " + SUPPORTED_TYPES);
    }
    refuseWhatIsNotComputed(json);
    int hidden = json.size("hidden_size", 4096, Integer.MAX_VALUE);
    int heads = json.size("num_attention_heads", 32, Integer.MAX_VALUE);
    int kvHeads = json.size("num_key_value_heads", heads, Integer.MAX_VALUE);
    if (heads % kvHeads != 0) {
      throw json.error(
          "num_attention_heads (%d) is not a multiple of num_key_value_heads (%d)"
              .formatted(heads, kvHeads));
    }
    if (!json.has("head_dim") && hidden % heads != 0) {
      throw json.error(
          "hidden_size (%d) is not a multiple of num_attention_heads (%d) and there is no head_dim"
              .formatted(hidden, heads));
    }
    int headDim = json.size("head_dim", Math.max(1, hidden / heads), Integer.MAX_VALUE);
    if (headDim % 2 != 0) {
      throw json.error("head_dim (" + headDim + ") is odd; rotary positions need pairs");
    }
    int vocabulary = json.size("vocab_size", 32000, Integer.MAX_VALUE);
    Rope rope = Rope.of(json);
    return new LlamaConfig(
        hidden,
        json.size("intermediate_size", 11008, Integer.MAX_VALUE),
        json.size("num_hidden_layers", 32, Integer.MAX_VALUE),
        heads,
        kvHeads,
        headDim,
        vocabulary,
        json.size("max_position_embeddings", 2048, Integer.MAX_VALUE),
        json.positive("rms_norm_eps", 1e-6),
        rope.theta(),
        rope.scaling(),
        json.bool("tie_word_embeddings", false),
        json.bool("attention_bias", false),
        json.bool("mlp_bias", false),
        beginning(json),
        endings(json, generation));
  }

  private static void refuseWhatIsNotComputed(JsonFile json) {
    if (json.has("quantization_config")) {
      throw json.error(
          "quantization_config: quantized weights are not supported; use the model's float32,"
              + " float16 or bfloat16 weights");
    }
    String activation = Objects.requireNonNullElse(json.text("hidden_act"), "silu");
    if (!activation.equals("silu")) {
      throw json.error("hidden_act '" + activation + "' is not supported; supported: silu");
    }
    Double rotary = json.number("partial_rotary_factor");
    if (rotary != null && rotary != 1.0) {
      throw json.error("partial_rotary_factor " + rotary + " is not supported; supported: 1.0");
    }
  }

  /** transformers' default is 1, but an explicit null means none. */
  private static @Nullable Integer beginning(JsonFile json) {
    return json.node().has("bos_token_id") ? json.whole("bos_token_id", 0) : Integer.valueOf(1);
  }

  private static Set<Integer> endings(JsonFile json, GenerationDefaults generation) {
    if (generation.eosTokenIds() != null) {
      return generation.eosTokenIds();
    }
    Set<Integer> own = json.tokenIds("eos_token_id");
    if (own != null) {
      return own;
    }
    return json.node().has("eos_token_id") ? Set.of() : Set.of(2);
  }

  /** Rotary positions in both spellings: rope_theta and rope_scaling, or rope_parameters. */
  private record Rope(double theta, @Nullable Llama3RopeScaling scaling) {
    static Rope of(JsonFile json) {
      double theta = json.positive("rope_theta", 10000.0);
      JsonFile parameters = json.object("rope_parameters");
      if (parameters != null) {
        return new Rope(parameters.positive("rope_theta", theta), scaling(parameters));
      }
      JsonFile scaling = json.object("rope_scaling");
      return new Rope(theta, scaling == null ? null : scaling(scaling));
    }

    private static @Nullable Llama3RopeScaling scaling(JsonFile json) {
      String type = json.text("rope_type");
      String field = type == null ? "type" : "rope_type";
      type = type == null ? json.text("type") : type;
      if (type == null || type.equals("default")) {
        return null;
      }
      if (!type.equals("llama3")) {
        throw json.error(field + " '" + type + "' is not supported; supported: default, llama3");
      }
      return llama3(json);
    }

    private static Llama3RopeScaling llama3(JsonFile json) {
      Integer original = json.whole("original_max_position_embeddings", 1);
      if (original == null) {
        throw json.error("original_max_position_embeddings is missing");
      }
      double low = json.positive("low_freq_factor", null);
      double high = json.positive("high_freq_factor", null);
      if (high <= low) {
        throw json.error("high_freq_factor must be greater than low_freq_factor");
      }
      return new Llama3RopeScaling(json.positive("factor", null), low, high, original);
    }
  }
}
