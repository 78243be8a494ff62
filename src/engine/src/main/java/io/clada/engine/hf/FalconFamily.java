package io.clada.engine.hf;

import io.clada.engine.hf.DecoderConfig.Residual;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Falcon (arXiv 2311.16867): queries, keys and values fused by key-value group. The 7B kind shares
 * one key and value among all heads and one norm between attention and feed-forward; the 40B kind
 * ("new decoder architecture") has several groups and, as a rule, two norms; before those came
 * sequential layers.
 */
final class FalconFamily implements ModelFamily {
  private final DecoderConfig config;
  private final boolean grouped;
  private final boolean twoNorms;
  private final boolean biases;
  private final boolean tiedHead;
  private final TensorNames names;

  FalconFamily(JsonFile json, GenerationDefaults generation, Set<String> tensors) {
    json.require("alibi", false);
    grouped = json.bool("new_decoder_architecture", false);
    boolean parallel = json.bool("parallel_attn", true);
    if (grouped && !parallel) {
      throw json.error("parallel_attn false is not supported with new_decoder_architecture true");
    }
    twoNorms = grouped && norms(json) == 2;
    DecoderConfigBuilder builder =
        new DecoderConfigBuilder(json)
            .hidden("hidden_size", 4544)
            .intermediate("ffn_hidden_size")
            .layers("num_hidden_layers", 32)
            .heads("num_attention_heads", 71)
            .vocabulary(65024)
            .context("max_position_embeddings", 2048)
            .layerNorm("layer_norm_epsilon", 1e-5)
            .activation("activation", "gelu")
            .residual(parallel ? Residual.PARALLEL : Residual.SEQUENTIAL)
            .rotary(RopeJson.whole(json))
            .tokens(11, 11, generation);
    if (grouped) {
      builder.kvHeads("num_kv_heads", null);
    } else if (json.bool("multi_query", true)) {
      builder.kvHeads(1);
    }
    config = builder.build();
    biases = json.bool("bias", false);
    tiedHead = json.bool("tie_word_embeddings", true);
    names = TensorNames.of(tensors, "word_embeddings.weight", "transformer.", "");
  }

  private static int norms(JsonFile json) {
    return json.size("num_ln_in_parallel_attn", 2, 2);
  }

  @Override
  public DecoderConfig config() {
    return config;
  }

  @Override
  public LayerWeights layer(int layer) {
    TensorNames in = names.layer("h", layer);
    int hidden = config.hiddenSize();
    int neurons = config.intermediateSize();
    int groups = config.kvHeads();
    int share = config.heads() / groups;
    long fused = (config.heads() + 2L * groups) * config.headDim();
    return LayerWeights.of(
        in.layerNorm(twoNorms ? "ln_attn" : "input_layernorm", hidden),
        in.linear("self_attention.query_key_value", fused, hidden, biases)
            .unfused(groups, share, config.headDim()),
        in.linear("self_attention.dense", hidden, hidden, biases),
        secondNorm(in),
        in.linear("mlp.dense_h_to_4h", neurons, hidden, biases),
        in.linear("mlp.dense_4h_to_h", hidden, neurons, biases));
  }

  private @Nullable NormParts secondNorm(TensorNames in) {
    if (config.residual() == Residual.SEQUENTIAL) {
      return in.layerNorm("post_attention_layernorm", config.hiddenSize());
    }
    return twoNorms ? in.layerNorm("ln_mlp", config.hiddenSize()) : null;
  }

  @Override
  public EndWeights ends() {
    int hidden = config.hiddenSize();
    int vocabulary = config.vocabSize();
    Part embedding = names.matrix("word_embeddings", vocabulary, hidden);
    Part head = TensorNames.bare().matrix("lm_head", vocabulary, hidden);
    NormParts norm = names.layerNorm("ln_f", hidden);
    return EndWeights.of(embedding, null, norm, tiedHead ? embedding : head, null);
  }
}
