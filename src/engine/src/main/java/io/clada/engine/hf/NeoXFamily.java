package io.clada.engine.hf;

import io.clada.engine.hf.DecoderConfig.Residual;
import java.util.Set;

/**
 * GPT-NeoX (arXiv 2204.06745) and Pythia: attention and feed-forward side by side, heads that
 * rotate in part, and queries, keys and values fused head by head.
 */
final class NeoXFamily implements ModelFamily {
  private final DecoderConfig config;
  private final boolean attentionBias;
  private final boolean tiedHead;
  private final TensorNames names;

  NeoXFamily(JsonFile json, GenerationDefaults generation, Set<String> tensors) {
    config =
        new DecoderConfigBuilder(json)
            .hidden("hidden_size", 6144)
            .intermediate("intermediate_size", 24576)
            .layers("num_hidden_layers", 44)
            .heads("num_attention_heads", 64)
            .vocabulary(50432)
            .context("max_position_embeddings", 2048)
            .layerNorm("layer_norm_eps", 1e-5)
            .activation("hidden_act", "gelu", "gelu_fast", "gelu_new")
            .residual(
                json.bool("use_parallel_residual", true) ? Residual.PARALLEL : Residual.SEQUENTIAL)
            .rotary(RopeJson.of(json, "rotary_pct", 0.25, "rotary_emb_base"))
            .tokens(0, 2, generation)
            .build();
    attentionBias = json.bool("attention_bias", true);
    tiedHead = json.bool("tie_word_embeddings", false);
    names = TensorNames.of(tensors, "embed_in.weight", "gpt_neox.", "");
  }

  @Override
  public DecoderConfig config() {
    return config;
  }

  @Override
  public LayerWeights layer(int layer) {
    TensorNames in = names.layer("layers", layer);
    int hidden = config.hiddenSize();
    int neurons = config.intermediateSize();
    return LayerWeights.of(
        in.layerNorm("input_layernorm", hidden),
        in.linear("attention.query_key_value", 3L * hidden, hidden, attentionBias)
            .unfused(config.heads(), 1, config.headDim()),
        in.linear("attention.dense", hidden, hidden, attentionBias),
        in.layerNorm("post_attention_layernorm", hidden),
        in.linear("mlp.dense_h_to_4h", neurons, hidden, true),
        in.linear("mlp.dense_4h_to_h", hidden, neurons, true));
  }

  @Override
  public EndWeights ends() {
    int hidden = config.hiddenSize();
    int vocabulary = config.vocabSize();
    Part embedding = names.matrix("embed_in", vocabulary, hidden);
    Part head = TensorNames.bare().matrix("embed_out", vocabulary, hidden);
    NormParts norm = names.layerNorm("final_layer_norm", hidden);
    return EndWeights.of(embedding, null, norm, tiedHead ? embedding : head, null);
  }
}
