package io.clada.engine.hf;

import io.clada.engine.hf.DecoderConfig.Residual;
import java.util.Set;

/** GPT-2: learned positions, and matrices that lie the other way round than everybody else's. */
final class Gpt2Family implements ModelFamily {
  private final DecoderConfig config;
  private final boolean tiedHead;
  private final TensorNames names;

  Gpt2Family(JsonFile json, GenerationDefaults generation, Set<String> tensors) {
    json.require("scale_attn_weights", true);
    json.require("scale_attn_by_inverse_layer_idx", false);
    json.require("add_cross_attention", false);
    config =
        new DecoderConfigBuilder(json)
            .hidden("n_embd", 768)
            .intermediate("n_inner")
            .layers("n_layer", 12)
            .heads("n_head", 12)
            .vocabulary(50257)
            .context("n_positions", 1024)
            .layerNorm("layer_norm_epsilon", 1e-5)
            .activation("activation_function", "gelu_new", "gelu_pytorch_tanh", "gelu", "relu")
            .residual(Residual.SEQUENTIAL)
            .tokens(50256, 50256, generation)
            .build();
    tiedHead = json.bool("tie_word_embeddings", true);
    names = TensorNames.of(tensors, "wte.weight", "transformer.", "");
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
    return LayerWeights.of(
        in.layerNorm("ln_1", hidden),
        in.conv1d("attn.c_attn", 3L * hidden, hidden),
        in.conv1d("attn.c_proj", hidden, hidden),
        in.layerNorm("ln_2", hidden),
        in.conv1d("mlp.c_fc", neurons, hidden),
        in.conv1d("mlp.c_proj", hidden, neurons));
  }

  @Override
  public EndWeights ends() {
    int hidden = config.hiddenSize();
    int vocabulary = config.vocabSize();
    Part embedding = names.matrix("wte", vocabulary, hidden);
    Part head = TensorNames.bare().matrix("lm_head", vocabulary, hidden);
    NormParts norm = names.layerNorm("ln_f", hidden);
    return EndWeights.of(
        embedding,
        names.matrix("wpe", config.maxPositions(), hidden),
        norm,
        tiedHead ? embedding : head,
        null);
  }
}
