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
  private long prefillBegan;
  private long firstToken;
  private long lastToken;
  private boolean began;
  private boolean prefilled;
  private @Nullable Double timeToFirstToken;
  private int firstIndex;
  private double surprisalThreshold;
  private double entropyThreshold;
  private double windowRead;
  private double windowSeconds;
  private int windowReanalyses;
  private int windowDrafted;
  private int windowAccepted;
  private double lastActive = 1;
  private double lastRead = 1;
  private double totalActive;
  private double totalRead;
  private int decoded;

  GenerationAccount(long submitted, int layers, int neurons) {
    this.submitted = submitted;
    this.neurons = neurons;
    windowActive = new double[layers];
  }

  /** The first chunk of the prefill begins; once a generation that is computed again goes on. */
  void beginPrefill() {
    if (!began) {
      began = true;
      prefillBegan = System.nanoTime();
    }
  }

  /**
   * A token is there.
   *
   * @param active neurons computed for it, [layers]
   * @param read weights read for it over what dense reads
   * @param seconds its share of the time of the steps that made it
   * @param prefill whether a prefill made it, which is no decode step
   */
  void computed(double[] active, double read, double seconds, boolean prefill) {
    lastToken = System.nanoTime();
    double sum = 0;
    for (int layer = 0; layer < active.length; layer++) {
      windowActive[layer] += active[layer] / neurons;
      sum += active[layer];
    }
    lastActive = sum / active.length / neurons;
    lastRead = read;
    windowRead += read;
    if (!prefilled) {
      prefilled = true;
      firstToken = lastToken;
      timeToFirstToken = (firstToken - prefillBegan) / 1e9;
    }
    if (!prefill) {
      windowSeconds += seconds;
      totalActive += lastActive;
      totalRead += read;
      decoded++;
    }
  }

  void reanalysed() {
    windowReanalyses++;
  }

  void drafts(int drafted, int accepted) {
    windowDrafted += drafted;
    windowAccepted += accepted;
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
            windowReanalyses,
            windowDrafted,
            windowAccepted,
            windowSeconds,
            timeToFirstToken);
    surprisals.clear();
    entropies.clear();
    loads.clear();
    Arrays.fill(windowActive, 0);
    windowRead = 0;
    windowSeconds = 0;
    windowReanalyses = 0;
    windowDrafted = 0;
    windowAccepted = 0;
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
        decoded == 0 ? 1 : totalActive / decoded,
        decoded == 0 ? 1 : totalRead / decoded,
        ((began ? prefillBegan : System.nanoTime()) - submitted) / 1e9,
        prefilled ? (firstToken - prefillBegan) / 1e9 : 0,
        prefilled ? (lastToken - firstToken) / 1e9 : 0,
        neuronEnergy);
  }
}
