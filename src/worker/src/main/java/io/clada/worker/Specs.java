package io.clada.worker;

import io.clada.engine.Backbone;
import io.clada.engine.FleetThresholds;
import io.clada.engine.GenerationSpec;
import io.clada.engine.Mode;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import io.clada.schemas.GenerationRequest;
import io.clada.worker.state.RequestFacts;
import org.jspecify.annotations.Nullable;

/** From a request as it stands on its topic to what the engine is asked for. */
final class Specs {
  /** Of {@link GenerationSpec#maxNewTokens}. */
  private static final int ENGINE_DEFAULT = 256;

  private Specs() {}

  /** Of a generation whose turn it is. */
  static GenerationSpec of(
      Generation generation,
      GenerationRequest request,
      @Nullable String rendered,
      @Nullable Backbone backbone,
      AdmissionSettings settings) {
    return of(
        generation.engineId(),
        request,
        rendered,
        generation.facts(),
        backbone,
        generation.resumed(),
        settings);
  }

  /**
   * @param engineId unique among all that this process ever hands to the engine
   * @param request {@linkplain RequestChecks checked}
   * @param rendered what the chat template made of the request's messages; null for a prompt
   * @param backbone that it is pinned to; null: none
   */
  static GenerationSpec of(
      String engineId,
      GenerationRequest request,
      @Nullable String rendered,
      RequestFacts facts,
      @Nullable Backbone backbone,
      Progress resumed,
      AdmissionSettings settings) {
    return new GenerationSpec(
        engineId,
        rendered == null ? request.getPrompt() : rendered,
        rendered == null,
        mode(request.getMode()),
        maxNewTokens(request, settings),
        request.getTruncatePrompt(),
        request.getStop(),
        new SamplingParameters(
            request.getDoSample(),
            request.getTemperature(),
            request.getTopK(),
            request.getTopP(),
            request.getRepetitionPenalty(),
            facts.getSeed()),
        new SparsityParameters(
            request.getTopKRatio(),
            request.getInputKeepRatio(),
            request.getFfnReductionRatio(),
            request.getMinActiveNeurons(),
            request.getSurprisalThreshold(),
            request.getEntropyThreshold(),
            request.getUpdateWindow(),
            request.getAdaptiveThresholds(),
            request.getSmartNeuronInit()),
        new FleetThresholds(
            facts.getThresholdsVersion(),
            facts.getSurprisal(),
            facts.getEntropy(),
            facts.getKeepRatioOffset()),
        backbone,
        resumed.tokens());
  }

  /** The engine's own default must not exceed what this worker allows. */
  private static @Nullable Integer maxNewTokens(
      GenerationRequest request, AdmissionSettings settings) {
    Integer asked = request.getMaxNewTokens();
    return asked == null && settings.maxNewTokens() < ENGINE_DEFAULT
        ? (Integer) settings.maxNewTokens()
        : asked;
  }

  private static Mode mode(io.clada.schemas.Mode mode) {
    return switch (mode) {
      case CLADA -> Mode.CLADA;
      case DENSE -> Mode.DENSE;
      case GRIFFIN -> Mode.GRIFFIN;
      case EXACT -> Mode.EXACT;
    };
  }
}
