package io.clada.engine.hf;

import io.clada.engine.hf.DecoderConfig.Residual;
import java.util.List;
import java.util.Set;

/**
 * OPT (arXiv 2205.01068): learned positions, and, in its 350M size, norms after each half of a
 * layer and an embedding narrower than the hidden state.
 */
final class OptFamily implements ModelFamily {
  /** The position table begins with two rows for padding. */
  private static final int FIRST_POSITION = 2;

  private final DecoderConfig config;
  private final boolean biases;
  private final boolean tiedHead;
  private final TensorNames names;

  OptFamily(JsonFile json, GenerationDefaults generation, Set<String> tensors) {
    json.require("layer_norm_elementwise_affine", true);
    boolean before = json.bool("do_layer_norm_before", true);
    config =
        new DecoderConfigBuilder(json)
            .hidden("hidden_size", 768)
            .embedding("word_embed_proj_dim")
            .intermediate("ffn_dim", 3072)
            .layers("num_hidden_layers", 12)
            .heads("num_attention_heads", 12)
            .vocabulary(50272)
            .context("max_position_embeddings", 2048)
            .layerNorm(1e-5)
            .finalNorm(before && !json.bool("_remove_final_layer_norm", false))
            .activation("activation_function", "relu", "gelu")
            .residual(before ? Residual.SEQUENTIAL : Residual.POST_NORM)
            .tokens(2, 2, generation)
            .build();
    biases = json.bool("enable_bias", true);
    tiedHead = json.bool("tie_word_embeddings", true);
    names = TensorNames.of(tensors, "embed_tokens.weight", "model.decoder.", "decoder.", "");
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
    return LayerWeights.of(
        in.layerNorm("self_attn_layer_norm", hidden),
        attention
            .linear("q_proj", hidden, hidden, biases)
            .beside(
                attention.linear("k_proj", hidden, hidden, biases),
                attention.linear("v_proj", hidden, hidden, biases)),
        attention.linear("out_proj", hidden, hidden, biases),
        in.layerNorm("final_layer_norm", hidden),
        in.linear("fc1", neurons, hidden, biases),
        in.linear("fc2", hidden, neurons, biases));
  }

  @Override
  public EndWeights ends() {
    int hidden = config.hiddenSize();
    int width = config.embeddingSize();
    int vocabulary = config.vocabSize();
    boolean projected = width != hidden;
    Part embedding = names.matrix("embed_tokens", vocabulary, width);
    Part head = TensorNames.bare().matrix("lm_head", vocabulary, width);
    NormParts norm = names.layerNorm("final_layer_norm", hidden);
    return new EndWeights(
        embedding,
        projected ? names.matrix("project_in", hidden, width) : null,
        positions(hidden),
        config.finalNorm() ? norm.weight() : null,
        config.finalNorm() ? norm.bias() : null,
        projected ? names.matrix("project_out", width, hidden) : null,
        tiedHead ? embedding : head,
        null);
  }

  private Part positions(int hidden) {
    int end = FIRST_POSITION + config.maxPositions();
    return names
        .matrix("embed_positions", end, hidden)
        .taking(List.of(new Part.Range(FIRST_POSITION, end)));
  }
}
