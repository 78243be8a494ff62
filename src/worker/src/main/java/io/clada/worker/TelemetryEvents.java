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

  private final String model;

  TelemetryEvents(String model) {
    this.model = model;
  }

  /** One update window of a generation, completed by a token. */
  LoadTelemetry window(Generation generation, LoadWindow window, GeneratedToken completedBy) {
    return LoadTelemetry.newBuilder()
        .setId(generation.id())
        .setModel(model)
        .setMode(generation.request().getMode())
        .setAttempt(generation.attempt())
        .setFirstTokenIndex(window.firstIndex())
        .setTokens(window.tokens())
        .setSurprisals(window.surprisals())
        .setEntropies(window.entropies())
        .setSurprisalThreshold((float) window.surprisalThreshold())
        .setEntropyThreshold((float) window.entropyThreshold())
        .setThresholdsVersion(generation.stored().getThresholdsVersion())
        .setLowLoadTokens(window.lowLoadTokens())
        .setMediumLoadTokens(window.mediumLoadTokens())
        .setHighLoadTokens(window.highLoadTokens())
        .setActiveNeuronRatio((float) window.activeNeuronRatio())
        .setActiveNeuronRatioByLayer(window.activeNeuronRatioByLayer())
        .setWeightsReadRatio((float) window.weightsReadRatio())
        .setDecodeSeconds(window.decodeSeconds())
        .setTimeToFirstTokenSeconds(window.timeToFirstTokenSeconds())
        .setLast(completedBy.finish() != null)
        .build();
  }

  /**
   * Which neurons a request's prefill used.
   *
   * @param energy per layer, each neuron's share, as in {@link Finish#neuronEnergy}
   */
  NeuronUsage neurons(Generation generation, Finish finish, List<float[]> energy) {
    // A resumed prefill ran over the tokens of earlier attempts as well.
    int tokens = finish.promptTokens() + generation.resumed().tokens().size();
    return NeuronUsage.newBuilder()
        .setId(generation.id())
        .setModel(model)
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
