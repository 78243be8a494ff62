package io.clada.worker;

import io.clada.engine.Finish;
import io.clada.engine.GeneratedToken;
import io.clada.engine.LoadWindow;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import java.nio.ByteBuffer;
import java.util.List;

/** From what the engine measures to what the aggregation topology reads. */
final class TelemetryEvents {
  private static final int TOP_LEVEL = 255;

  private TelemetryEvents() {}

  /**
   * One update window of a generation, completed by a token.
   *
   * @param scheduler of the worker, for what waits and runs now
   */
  static LoadTelemetry window(
      Generation generation, LoadWindow window, GeneratedToken completedBy, Scheduler scheduler) {
    String tenant = generation.facts().getTenant();
    return LoadTelemetry.newBuilder()
        .setId(generation.id())
        .setModel(generation.facts().getModel())
        .setMode(generation.request().getMode())
        .setAttempt(generation.attempt().getNumber())
        .setFirstTokenIndex(window.firstIndex())
        .setTokens(window.tokens())
        .setSurprisals(window.surprisals())
        .setEntropies(window.entropies())
        .setSurprisalThreshold((float) window.surprisalThreshold())
        .setEntropyThreshold((float) window.entropyThreshold())
        .setThresholdsVersion(generation.facts().getThresholdsVersion())
        .setLowLoadTokens(window.lowLoadTokens())
        .setMediumLoadTokens(window.mediumLoadTokens())
        .setHighLoadTokens(window.highLoadTokens())
        .setActiveNeuronRatio((float) window.activeNeuronRatio())
        .setActiveNeuronRatioByLayer(window.activeNeuronRatioByLayer())
        .setWeightsReadRatio((float) window.weightsReadRatio())
        .setReanalyses(window.reanalyses())
        .setDecodeSeconds(window.decodeSeconds())
        .setTimeToFirstTokenSeconds(window.timeToFirstTokenSeconds())
        .setLast(completedBy.finish() != null)
        .setTenant(tenant.isEmpty() ? null : tenant)
        .setDraftedTokens(window.drafted())
        .setAcceptedDrafts(window.accepted())
        .setQueuedRequests(scheduler.waiting())
        .setRunningRequests(scheduler.atEngines())
        .setKeepRatioOffset((float) generation.facts().getKeepRatioOffset())
        .build();
  }

  /**
   * Which neurons a request's prefill used.
   *
   * @param energy per layer, each neuron's share, as in {@link Finish#neuronEnergy}
   */
  static NeuronUsage neurons(Generation generation, Finish finish, List<float[]> energy) {
    // A resumed prefill ran over the tokens of earlier attempts as well.
    int tokens = finish.promptTokens() + generation.resumed().tokens().size();
    return NeuronUsage.newBuilder()
        .setId(generation.id())
        .setModel(generation.facts().getModel())
        .setPromptTokens(tokens)
        .setLayers(energy.stream().map(TelemetryEvents::importance).toList())
        .build();
  }

  /** Eight bits a neuron, b: its share is about scale * (b / 255)^2, finest where it is small. */
  static NeuronImportance importance(float[] shares) {
    float scale = 0;
    for (float share : shares) {
      scale = Math.max(scale, share);
    }
    byte[] levels = new byte[shares.length];
    if (scale > 0) {
      for (int i = 0; i < shares.length; i++) {
        levels[i] = (byte) Math.round(TOP_LEVEL * Math.sqrt(Math.max(0, shares[i]) / scale));
      }
    }
    return new NeuronImportance(scale, ByteBuffer.wrap(levels));
  }
}
