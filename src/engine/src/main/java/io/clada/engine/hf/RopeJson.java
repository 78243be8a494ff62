package io.clada.engine.hf;

import org.jspecify.annotations.Nullable;

/**
 * Rotary positions in both of transformers' spellings: fields of config.json beside rope_scaling,
 * or all in rope_parameters.
 *
 * @param share of a head's values that rotate
 */
record RopeJson(double share, double theta, @Nullable Llama3RopeScaling scaling) {

  static final double DEFAULT_THETA = 10000;

  /** For families whose heads rotate whole. */
  static RopeJson whole(JsonFile json) {
    RopeJson rope = of(json, "partial_rotary_factor", 1, "rope_theta");
    if (rope.share() != 1) {
      throw json.error(
          "partial_rotary_factor " + rope.share() + " is not supported; supported: 1.0");
    }
    return rope;
  }

  static RopeJson of(JsonFile json, String shareField, double defaultShare, String thetaField) {
    double share = json.positive(shareField, defaultShare);
    double theta = json.positive(thetaField, DEFAULT_THETA);
    JsonFile parameters = json.object("rope_parameters");
    if (parameters != null) {
      return new RopeJson(
          parameters.positive("partial_rotary_factor", share),
          parameters.positive("rope_theta", theta),
          scaling(parameters));
    }
    JsonFile scaling = json.object("rope_scaling");
    return new RopeJson(share, theta, scaling == null ? null : scaling(scaling));
  }

  /** How many of a head's values rotate, in whole pairs. */
  int dimensions(JsonFile json, int headDim) {
    int dimensions = (int) (share * headDim);
    if (share > 1 || dimensions == 0 || dimensions % 2 != 0 || headDim % 2 != 0) {
      throw json.error(
          "rotary positions need pairs, but %s of %d values per head are %d"
              .formatted(share, headDim, dimensions));
    }
    return dimensions;
  }

  private static @Nullable Llama3RopeScaling scaling(JsonFile json) {
    String type = json.text("rope_type");
    String field = type == null ? "type" : "rope_type";
    type = type == null ? json.text("type") : type;
    if (type == null || type.equals("default")) {
      return null;
    }
    if (!type.equals("llama3")) {
      throw json.error(field + " '" + type + "' is not supported; supported: default, llama3");
    }
    return llama3(json);
  }

  private static Llama3RopeScaling llama3(JsonFile json) {
    Integer original = json.whole("original_max_position_embeddings", 1);
    if (original == null) {
      throw json.error("original_max_position_embeddings is missing");
    }
    double low = json.positive("low_freq_factor", null);
    double high = json.positive("high_freq_factor", null);
    if (high <= low) {
      throw json.error("high_freq_factor must be greater than low_freq_factor");
    }
    return new Llama3RopeScaling(json.positive("factor", null), low, high, original);
  }
}
