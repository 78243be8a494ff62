package io.clada.worker;

import io.clada.engine.Finish;
import io.clada.engine.GeneratedToken;
import io.clada.engine.LoadWindow;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.neurons.Levels;
import java.util.ArrayList;
import java.util.List;

/** From what the engine measures to what the aggregation topology reads. */
final class TelemetryEvents {
  /** At least a layer of the most neurons. */
  private static final int MOST_NEURON_BYTES = 8 * Levels.MOST;

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
        .setBackboneVersion(Backbones.version(generation.attempt().getBackbone()))
        .build();
  }

  /**
   * Which neurons a request's prefill used, in as many records as keep each well below the megabyte
   * that Kafka's producers and brokers take unless they are told to take more. Empty where a layer
   * has more neurons than the topology counts.
   *
   * @param energy per layer, each neuron's share, as in {@link Finish#neuronEnergy}
   */
  static List<NeuronUsage> neurons(Generation generation, Finish finish, List<float[]> energy) {
    if (energy.stream().anyMatch(shares -> shares.length > Levels.MOST)) {
      return List.of();
    }
    List<NeuronUsage> records = new ArrayList<>();
    int from = 0;
    while (from < energy.size()) {
      int to = from;
      for (int bytes = 0; to < energy.size(); to++) {
        bytes += energy.get(to).length;
        if (bytes > MOST_NEURON_BYTES) {
          break;
        }
      }
      records.add(neurons(generation, finish, from, energy.subList(from, to)));
      from = to;
    }
    return records;
  }

  private static NeuronUsage neurons(
      Generation generation, Finish finish, int firstLayer, List<float[]> energy) {
    // A resumed prefill ran over the tokens of earlier attempts as well.
    int tokens = finish.promptTokens() + generation.resumed().tokens().size();
    return NeuronUsage.newBuilder()
        .setId(generation.id())
        .setModel(generation.facts().getModel())
        .setPromptTokens(tokens)
        .setFirstLayer(firstLayer)
        .setLayers(energy.stream().map(Levels::of).map(TelemetryEvents::importance).toList())
        .build();
  }

  private static NeuronImportance importance(Levels levels) {
    return new NeuronImportance(levels.scale(), levels.bytes());
  }
}
