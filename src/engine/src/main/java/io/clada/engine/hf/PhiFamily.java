package io.clada.engine.hf;

import io.clada.engine.hf.DecoderConfig.Residual;
import java.util.Set;

/**
 * Phi-1, Phi-1.5 and Phi-2 (arXiv 2306.11644): attention and feed-forward side by side after one
 * norm, heads that rotate in part, biases everywhere, the head included.
 */
final class PhiFamily implements ModelFamily {
  private final DecoderConfig config;
  private final boolean tiedHead;
  private final TensorNames names;

  PhiFamily(JsonFile json, GenerationDefaults generation, Set<String> tensors) {
    json.require("qk_layernorm", false);
    config =
        new DecoderConfigBuilder(json)
            .hidden("hidden_size", 2048)
            .intermediate("intermediate_size", 8192)
            .layers("num_hidden_layers", 24)
            .heads("num_attention_heads", 32)
            .kvHeads("num_key_value_heads", null)
            .headDim("head_dim")
            .vocabulary(51200)
            .context("max_position_embeddings", 2048)
            .layerNorm("layer_norm_eps", 1e-5)
            .activation("hidden_act", "gelu_new", "gelu", "gelu_pytorch_tanh")
            .residual(Residual.PARALLEL)
            .rotary(RopeJson.of(json, "partial_rotary_factor", 0.5, "rope_theta"))
            .tokens(1, 2, generation)
            .build();
    tiedHead = json.bool("tie_word_embeddings", false);
    names = TensorNames.of(tensors, "embed_tokens.weight", "model.", "");
  }

  @Override
  public DecoderConfig config() {
    return config;
  }

  @Override
  public LayerWeights layer(int layer) {
    TensorNames in = names.layer("layers", layer);
    TensorNames attention = in.within("self_attn");
    int hidden = config.hiddenSize();
    int neurons = config.intermediateSize();
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.kvHeads() * config.headDim();
    return LayerWeights.of(
        in.layerNorm("input_layernorm", hidden),
        attention
            .linear("q_proj", queries, hidden, true)
            .beside(
                attention.linear("k_proj", keys, hidden, true),
                attention.linear("v_proj", keys, hidden, true)),
        attention.linear("dense", hidden, queries, true),
        null,
        in.linear("mlp.fc1", neurons, hidden, true),
        in.linear("mlp.fc2", hidden, neurons, true));
  }

  @Override
  public EndWeights ends() {
    int hidden = config.hiddenSize();
    int vocabulary = config.vocabSize();
    TensorNames bare = TensorNames.bare();
    Part embedding = names.matrix("embed_tokens", vocabulary, hidden);
    NormParts norm = names.layerNorm("final_layernorm", hidden);
    return EndWeights.of(
        embedding,
        null,
        norm,
        tiedHead ? embedding : bare.matrix("lm_head", vocabulary, hidden),
        bare.bias("lm_head", vocabulary));
  }
}
