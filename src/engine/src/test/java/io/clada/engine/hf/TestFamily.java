package io.clada.engine.hf;

import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Families from a few lines of config.json, with ' for ". */
final class TestFamily {
  private TestFamily() {}

  /**
   * @param fields of config.json, without its model_type
   * @param tensors names that the checkpoint has
   */
  static ModelFamily of(String modelType, String fields, String... tensors) {
    String comma = fields.isEmpty() ? "" : ",";
    return parse("{'model_type':'" + modelType + "'" + comma + fields + "}", tensors);
  }

  static ModelFamily parse(String json, String... tensors) {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return ModelFamilies.of(
        JsonFile.parse("config.json", bytes), GenerationDefaults.none(), Set.of(tensors));
  }

  static DecoderConfig config(String modelType, String fields) {
    return of(modelType, fields).config();
  }
}
