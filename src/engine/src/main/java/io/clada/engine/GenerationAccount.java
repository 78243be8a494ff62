package io.clada.engine;

import io.clada.engine.clada.LoadMonitor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds up what a generation computed and how long it took: per update window, and in all. */
final class GenerationAccount {
  private final int neurons;
  private final long submitted;
  private final double[] windowActive;
  private final List<Float> surprisals = new ArrayList<>();
  private final List<Float> entropies = new ArrayList<>();
  private final Map<CognitiveLoad, Integer> loads = new EnumMap<>(CognitiveLoad.class);
  private long stepBegan;
  private long prefillBegan;
  private long firstToken;
  private long lastToken;
  private boolean prefilled;
  private @Nullable Double timeToFirstToken;
  private int firstIndex;
  private double surprisalThreshold;
  private double entropyThreshold;
  private double windowRead;
  private double windowSeconds;
  private double lastActive = 1;
  private double lastRead = 1;
  private double totalActive;
  private double totalRead;
  private int decodeSteps;

  GenerationAccount(long submitted, int layers, int neurons) {
    this.submitted = submitted;
    this.neurons = neurons;
    windowActive = new double[layers];
  }

  void beginStep() {
    stepBegan = System.nanoTime();
    if (!prefilled) {
      prefillBegan = stepBegan;
    }
  }

  /**
   * @param active neurons computed, [layers]
   * @param read weights read over what dense reads
   * @param prefill whether the step was the prefill, which is no decode step
   */
  void endStep(double[] active, double read, boolean prefill) {
    lastToken = System.nanoTime();
    double sum = 0;
    for (int layer = 0; layer < active.length; layer++) {
      windowActive[layer] += active[layer] / neurons;
      sum += active[layer];
    }
    lastActive = sum / active.length / neurons;
    lastRead = read;
    windowRead += read;
    if (prefill) {
      prefilled = true;
      firstToken = lastToken;
      timeToFirstToken = (firstToken - prefillBegan) / 1e9;
    } else {
      windowSeconds += (lastToken - stepBegan) / 1e9;
      totalActive += lastActive;
      totalRead += read;
      decodeSteps++;
    }
  }

  double lastActiveNeuronRatio() {
    return lastActive;
  }

  double lastWeightsReadRatio() {
    return lastRead;
  }

  /**
   * Opens a window at this token if none is open, with the thresholds that hold before the token is
   * seen.
   */
  void openWindow(int index, LoadMonitor monitor) {
    if (!windowIsOpen()) {
      firstIndex = index;
      surprisalThreshold = monitor.surprisalThreshold();
      entropyThreshold = monitor.entropyThreshold();
    }
  }

  boolean windowIsOpen() {
    return !surprisals.isEmpty();
  }

  void token(CognitiveLoad load, double surprisal, double entropy) {
    surprisals.add((float) surprisal);
    entropies.add((float) entropy);
    loads.merge(load, 1, Integer::sum);
  }

  LoadWindow closeWindow() {
    int tokens = surprisals.size();
    List<Float> byLayer = new ArrayList<>();
    double active = 0;
    for (double layer : windowActive) {
      byLayer.add((float) (layer / tokens));
      active += layer / tokens / windowActive.length;
    }
    LoadWindow window =
        new LoadWindow(
            firstIndex,
            tokens,
            List.copyOf(surprisals),
            List.copyOf(entropies),
            surprisalThreshold,
            entropyThreshold,
            loads.getOrDefault(CognitiveLoad.LOW, 0),
            loads.getOrDefault(CognitiveLoad.MEDIUM, 0),
            loads.getOrDefault(CognitiveLoad.HIGH, 0),
            active,
            byLayer,
            windowRead / tokens,
            0,
            0,
            0,
            windowSeconds,
            timeToFirstToken);
    surprisals.clear();
    entropies.clear();
    loads.clear();
    Arrays.fill(windowActive, 0);
    windowRead = 0;
    windowSeconds = 0;
    timeToFirstToken = null;
    return window;
  }

  Finish finish(
      FinishReason reason,
      @Nullable String message,
      int promptTokens,
      int completionTokens,
      @Nullable List<float[]> neuronEnergy) {
    return new Finish(
        reason,
        message,
        promptTokens,
        completionTokens,
        decodeSteps == 0 ? 1 : totalActive / decodeSteps,
        decodeSteps == 0 ? 1 : totalRead / decodeSteps,
        ((prefilled ? prefillBegan : System.nanoTime()) - submitted) / 1e9,
        prefilled ? (firstToken - prefillBegan) / 1e9 : 0,
        prefilled ? (lastToken - firstToken) / 1e9 : 0,
        neuronEnergy);
  }
}
