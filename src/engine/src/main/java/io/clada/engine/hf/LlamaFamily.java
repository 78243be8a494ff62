package io.clada.engine.hf;

import io.clada.engine.hf.DecoderConfig.Residual;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * LLaMA (arXiv 2302.13971) and what is built like it: RMS norms, a gated feed-forward network,
 * rotary positions, grouped queries.
 */
final class LlamaFamily implements ModelFamily {
  /** Which linears have a bias. */
  record Biases(boolean qkv, boolean o, boolean mlp) {}

  private final DecoderConfig config;
  private final Biases biases;
  private final boolean tiedHead;
  private final TensorNames names;

  private LlamaFamily(DecoderConfig config, Biases biases, boolean tiedHead, Set<String> tensors) {
    this.config = config;
    this.biases = biases;
    this.tiedHead = tiedHead;
    names = TensorNames.of(tensors, "embed_tokens.weight", "model.", "");
  }

  static ModelFamily llama(JsonFile json, GenerationDefaults generation, Set<String> tensors) {
    DecoderConfig config =
        common(json, 11008, null)
            .context("max_position_embeddings", 2048)
            .tokens(1, 2, generation)
            .build();
    boolean attention = json.bool("attention_bias", false);
    Biases biases = new Biases(attention, attention, json.bool("mlp_bias", false));
    return of(json, config, biases, tensors);
  }

  static ModelFamily of(JsonFile json, DecoderConfig config, Biases biases, Set<String> tensors) {
    return new LlamaFamily(config, biases, json.bool("tie_word_embeddings", false), tensors);
  }

  /** What Mistral and Qwen2 have in common with it. */
  static DecoderConfigBuilder common(
      JsonFile json, int intermediate, @Nullable Integer absentKvHeads) {
    return new DecoderConfigBuilder(json)
        .hidden("hidden_size", 4096)
        .intermediate("intermediate_size", intermediate)
        .layers("num_hidden_layers", 32)
        .heads("num_attention_heads", 32)
        .kvHeads("num_key_value_heads", absentKvHeads)
        .headDim("head_dim")
        .vocabulary(32000)
        .rmsNorm("rms_norm_eps", 1e-6)
        .gated()
        .activation("hidden_act", "silu")
        .residual(Residual.SEQUENTIAL)
        .rotary(RopeJson.whole(json));
  }

  @Override
  public DecoderConfig config() {
    return config;
  }

  @Override
  public LayerWeights layer(int layer) {
    TensorNames in = names.layer("layers", layer);
    TensorNames attention = in.within("self_attn");
    TensorNames mlp = in.within("mlp");
    long hidden = config.hiddenSize();
    long neurons = config.intermediateSize();
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.kvHeads() * config.headDim();
    return LayerWeights.of(
        in.rmsNorm("input_layernorm", hidden),
        attention
            .linear("q_proj", queries, hidden, biases.qkv())
            .beside(
                attention.linear("k_proj", keys, hidden, biases.qkv()),
                attention.linear("v_proj", keys, hidden, biases.qkv())),
        attention.linear("o_proj", hidden, queries, biases.o()),
        in.rmsNorm("post_attention_layernorm", hidden),
        mlp.linear("gate_proj", neurons, hidden, biases.mlp())
            .beside(mlp.linear("up_proj", neurons, hidden, biases.mlp())),
        mlp.linear("down_proj", hidden, neurons, biases.mlp()));
  }

  @Override
  public EndWeights ends() {
    int hidden = config.hiddenSize();
    int vocabulary = config.vocabSize();
    Part embedding = names.matrix("embed_tokens", vocabulary, hidden);
    Part head = TensorNames.bare().matrix("lm_head", vocabulary, hidden);
    return EndWeights.of(
        embedding, null, names.rmsNorm("norm", hidden), tiedHead ? embedding : head, null);
  }
}
