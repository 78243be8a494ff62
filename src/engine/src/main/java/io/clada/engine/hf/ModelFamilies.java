package io.clada.engine.hf;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The families that can be run, by config.json's model_type. */
final class ModelFamilies {
  private interface Reader {
    ModelFamily read(JsonFile json, GenerationDefaults generation, Set<String> tensors);
  }

  private static final Map<String, Reader> READERS =
      new TreeMap<>(
          Map.of(
              "falcon", FalconFamily::new,
              "gpt2", Gpt2Family::new,
              "gpt_neox", NeoXFamily::new,
              "llama", LlamaFamily::llama,
              "mistral", MistralFamily::of,
              "opt", OptFamily::new,
              "phi", PhiFamily::new,
              "qwen2", Qwen2Family::of));

  private ModelFamilies() {}

  /**
   * @param tensors the checkpoint's
   */
  static ModelFamily of(JsonFile json, GenerationDefaults generation, Set<String> tensors) {
    String supported = "supported: " + String.join(", ", READERS.keySet());
    String type = json.text("model_type");
    if (type == null) {
      throw json.error("model_type is missing; " + supported);
    }
    Reader reader = READERS.get(type);
    if (reader == null) {
      throw json.error("model_type '" + type + "' is not supported; " + supported);
    }
    if (json.has("quantization_config")) {
      throw json.error(
          "quantization_config: quantized weights are not supported; use the model's float32,"
              + " float16 or bfloat16 weights");
    }
    return reader.read(json, generation, tensors);
  }
}
