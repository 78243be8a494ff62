package io.clada.engine.hf;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Qwen2 and Qwen2.5 (arXiv 2407.10671): LLaMA with biases on queries, keys and values, and, where
 * use_sliding_window says so, a sliding window in some layers.
 */
final class Qwen2Family {
  private static final String FULL = "full_attention";
  private static final String SLIDING = "sliding_attention";

  private Qwen2Family() {}

  static ModelFamily of(JsonFile json, GenerationDefaults generation, Set<String> tensors) {
    DecoderConfigBuilder builder =
        LlamaFamily.common(json, 22016, 32)
            .vocabulary(151936)
            .context("max_position_embeddings", 32768)
            .tokens(null, null, generation);
    builder.windows(windows(json, builder.layers()));
    var biases = new LlamaFamily.Biases(true, false, false);
    return LlamaFamily.of(json, builder.build(), biases, tensors);
  }

  private static List<Integer> windows(JsonFile json, int layers) {
    Integer window =
        json.bool("use_sliding_window", false) ? json.wholeOrNone("sliding_window", 1, 4096) : null;
    List<Integer> windows = new ArrayList<>();
    for (String type : types(json, layers, window != null)) {
      if (type.equals(FULL)) {
        windows.add(0);
      } else if (type.equals(SLIDING) && window != null) {
        windows.add(window);
      } else {
        throw json.error(
            "layer_types '%s' is not supported; supported: %s, and with use_sliding_window %s"
                .formatted(type, FULL, SLIDING));
      }
    }
    return windows;
  }

  private static List<String> types(JsonFile json, int layers, boolean sliding) {
    List<String> types = json.texts("layer_types");
    if (types == null) {
      Integer from = json.whole("max_window_layers", 0);
      int full = sliding ? Math.min(layers, from == null ? 28 : from) : layers;
      types = new ArrayList<>(Collections.nCopies(full, FULL));
      types.addAll(Collections.nCopies(layers - full, SLIDING));
    }
    if (types.size() != layers) {
      throw json.error(
          "layer_types has %d entries for num_hidden_layers %d".formatted(types.size(), layers));
    }
    return types;
  }
}
