package io.clada.worker;

import io.clada.engine.FleetThresholds;
import io.clada.engine.GenerationSpec;
import io.clada.engine.GenerationSpec.Emitted;
import io.clada.engine.Mode;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import io.clada.schemas.GenerationRequest;
import java.util.List;

/** From a request as it stands on its topic to what the engine is asked for. */
final class Specs {
  private Specs() {}

  /**
   * @param engineId unique among all that this process ever hands to the engine
   * @param request {@linkplain RequestChecks checked}
   */
  static GenerationSpec of(
      String engineId,
      GenerationRequest request,
      long seed,
      FleetThresholds thresholds,
      List<Emitted> resumeFrom) {
    return new GenerationSpec(
        engineId,
        request.getPrompt(),
        true,
        mode(request.getMode()),
        request.getMaxNewTokens(),
        request.getTruncatePrompt(),
        request.getStop(),
        new SamplingParameters(
            request.getDoSample(),
            request.getTemperature(),
            request.getTopK(),
            request.getTopP(),
            request.getRepetitionPenalty(),
            seed),
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
        thresholds,
        null,
        resumeFrom);
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
