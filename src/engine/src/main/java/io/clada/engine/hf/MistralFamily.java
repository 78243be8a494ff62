package io.clada.engine.hf;

import java.util.Collections;
import java.util.Set;

/** Mistral (arXiv 2310.06825): LLaMA whose every layer sees a sliding window. */
final class MistralFamily {
  private MistralFamily() {}

  static ModelFamily of(JsonFile json, GenerationDefaults generation, Set<String> tensors) {
    DecoderConfigBuilder builder =
        LlamaFamily.common(json, 14336, 8)
            .context("max_position_embeddings", 4096 * 32)
            .tokens(1, 2, generation);
    Integer window = json.wholeOrNone("sliding_window", 1, 4096);
    builder.windows(Collections.nCopies(builder.layers(), window == null ? 0 : window));
    var biases = new LlamaFamily.Biases(false, false, false);
    return LlamaFamily.of(json, builder.build(), biases, tensors);
  }
}
