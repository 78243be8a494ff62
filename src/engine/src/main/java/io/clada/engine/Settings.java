package io.clada.engine;

import io.clada.engine.clada.LoadMonitor;
import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Sampling;
import io.clada.engine.decoder.Site;
import io.clada.engine.hf.GenerationDefaults;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A generation's parameters with every default filled in, checked. Defaults come from the request,
 * else from the model (generation_config.json, clada-profile.json), else from the method's table
 * (section 8).
 */
record Settings(
    double temperature,
    int topK,
    double topP,
    double repetitionPenalty,
    @Nullable Double topKRatio,
    @Nullable Double inputKeepRatio,
    double ffnReductionRatio,
    int minActiveNeurons,
    double surprisalThreshold,
    double entropyThreshold,
    int updateWindow,
    boolean adaptiveThresholds,
    boolean smartNeuronInit) {
  private static final int MOST_STOP_STRINGS = 16;
  private static final int MOST_STOP_CHARS = 256;

  /**
   * @throws InvalidRequestException naming the first field that is out of range
   */
  static Settings of(GenerationSpec spec, GenerationDefaults model) {
    SamplingParameters sampling = spec.sampling();
    SparsityParameters sparsity = spec.sparsity();
    checkStop(spec.stop());
    if (spec.maxNewTokens() != null) {
      within("max_new_tokens", spec.maxNewTokens(), 1, Integer.MAX_VALUE);
    }
    boolean doSample = or(sampling.doSample(), or(model.doSample(), true));
    double temperature = or(sampling.temperature(), or(model.temperature(), 0.7));
    return new Settings(
        doSample ? within("temperature", temperature, 0, 2) : 0,
        (int) within("top_k", or(sampling.topK(), or(model.topK(), 0)), 0, Integer.MAX_VALUE),
        share("top_p", or(sampling.topP(), or(model.topP(), 0.9))),
        within(
            "repetition_penalty",
            or(sampling.repetitionPenalty(), or(model.repetitionPenalty(), 1.0)),
            0.1,
            10),
        sparsity.topKRatio() == null ? null : (Double) share("top_k_ratio", sparsity.topKRatio()),
        sparsity.inputKeepRatio() == null
            ? null
            : (Double) share("input_keep_ratio", sparsity.inputKeepRatio()),
        share("ffn_reduction_ratio", or(sparsity.ffnReductionRatio(), 0.5)),
        (int)
            within(
                "min_active_neurons", or(sparsity.minActiveNeurons(), 100), 1, Integer.MAX_VALUE),
        within("surprisal_threshold", or(sparsity.surprisalThreshold(), 0.7), 0, 1),
        within("entropy_threshold", or(sparsity.entropyThreshold(), 0.7), 0, 1),
        (int) within("update_window", or(sparsity.updateWindow(), 10), 1, 1000),
        or(sparsity.adaptiveThresholds(), true),
        or(sparsity.smartNeuronInit(), true));
  }

  Sampling sampling() {
    return new Sampling(temperature, topK, topP, repetitionPenalty);
  }

  LoadMonitor loadMonitor(FleetThresholds fleet) {
    return new LoadMonitor(
        updateWindow, surprisalThreshold, entropyThreshold, adaptiveThresholds, fleet);
  }

  /** Share of each matrix's inputs to keep in mode {@code clada}, {@code [layers * 4]}. */
  double[] keepRatios(@Nullable Profile profile, int layers) {
    double[] ratios = new double[layers * Site.COUNT];
    Arrays.setAll(
        ratios,
        matrix -> {
          boolean neurons = Site.of(matrix) == Site.DOWN;
          Double asked = neurons ? topKRatio : inputKeepRatio;
          if (asked != null) {
            return asked;
          }
          return profile != null ? profile.keepRatios().get(matrix) : neurons ? 0.3 : 0.7;
        });
    return ratios;
  }

  private static void checkStop(List<String> stop) {
    if (stop.size() > MOST_STOP_STRINGS) {
      throw new InvalidRequestException(
          "stop", stop.size() + " strings; at most " + MOST_STOP_STRINGS + " are allowed");
    }
    for (String end : stop) {
      if (end.isEmpty() || end.length() > MOST_STOP_CHARS) {
        throw new InvalidRequestException(
            "stop", "each string must have 1 to " + MOST_STOP_CHARS + " characters");
      }
    }
  }

  private static double share(String field, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new InvalidRequestException(field, value + " must be above 0 and at most 1");
    }
    return value;
  }

  private static double within(String field, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      String range =
          most == Integer.MAX_VALUE
              ? "at least " + number(least)
              : "from " + number(least) + " to " + number(most);
      throw new InvalidRequestException(field, number(value) + " must be " + range);
    }
    return value;
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static <T> T or(@Nullable T value, T otherwise) {
    return value == null ? otherwise : value;
  }
}
