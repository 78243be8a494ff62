package io.clada.console;

import io.clada.schemas.Finish;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.TokenEvent;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a model's traffic did in one second. */
final class Second {
  /** More do not make a quantile any better to look at. */
  private static final int MOST_SURPRISALS = 4096;

  private final Mean weightsRead = new Mean();
  private final Mean activeNeurons = new Mean();
  private final Mean threshold = new Mean();
  private final Mean queued = new Mean();
  private final Mean running = new Mean();
  private final Map<Finish, Integer> finished = new EnumMap<>(Finish.class);
  private float[] surprisals = new float[16];
  private int surprisalCount;
  private double[] layers = new double[0];
  private double layersWeight;
  private int low;
  private int medium;
  private int high;

  /**
   * As the page gets it. What was not measured is null.
   *
   * @param tokens generated
   * @param weightsRead share of the weights read per token
   * @param activeNeurons share of the FFN neurons computed per token
   * @param surprisalMedian normalised
   * @param surprisalP90 normalised
   * @param surprisalThreshold above which a token counted as surprising, mean of the requests'
   * @param layers share of the FFN neurons computed, by layer
   * @param queued requests that waited, mean of the workers'
   * @param running requests that were generated for, mean of the workers'
   */
  record Frame(
      long tokens,
      @Nullable Double weightsRead,
      @Nullable Double activeNeurons,
      int low,
      int medium,
      int high,
      @Nullable Double surprisalMedian,
      @Nullable Double surprisalP90,
      @Nullable Double surprisalThreshold,
      List<Double> layers,
      @Nullable Double queued,
      @Nullable Double running,
      Map<Finish, Integer> finished) {}

  void add(TokenEvent event) {
    if (event.getFinish() != null) {
      finished.merge(event.getFinish(), 1, Integer::sum);
    }
    if (event.getTokenId() == null) {
      return;
    }
    weightsRead.add(event.getWeightsReadRatio(), 1);
    activeNeurons.add(event.getActiveNeuronRatio(), 1);
    switch (event.getLoad()) {
      case LOW -> low++;
      case MEDIUM -> medium++;
      case HIGH -> high++;
      case UNKNOWN -> {}
    }
  }

  void add(LoadTelemetry window) {
    threshold.add(window.getSurprisalThreshold(), window.getTokens());
    queued.add(window.getQueuedRequests(), 1);
    running.add(window.getRunningRequests(), 1);
    addLayers(window.getActiveNeuronRatioByLayer(), window.getTokens());
    for (float surprisal : window.getSurprisals()) {
      addSurprisal(surprisal);
    }
  }

  private void addLayers(List<Float> ratios, int tokens) {
    if (layers.length < ratios.size()) {
      layers = Arrays.copyOf(layers, ratios.size());
    }
    for (int i = 0; i < ratios.size(); i++) {
      layers[i] += ratios.get(i) * tokens;
    }
    layersWeight += ratios.isEmpty() ? 0 : tokens;
  }

  private void addSurprisal(float surprisal) {
    if (surprisalCount == MOST_SURPRISALS) {
      return;
    }
    if (surprisalCount == surprisals.length) {
      surprisals = Arrays.copyOf(surprisals, 2 * surprisals.length);
    }
    surprisals[surprisalCount++] = surprisal;
  }

  Frame frame() {
    float[] sorted = Arrays.copyOf(surprisals, surprisalCount);
    Arrays.sort(sorted);
    return new Frame(
        weightsRead.count(),
        weightsRead.value(),
        activeNeurons.value(),
        low,
        medium,
        high,
        quantile(sorted, 0.5),
        quantile(sorted, 0.9),
        threshold.value(),
        Arrays.stream(layers).mapToObj(sum -> Mean.rounded(sum / layersWeight)).toList(),
        queued.value(),
        running.value(),
        Map.copyOf(finished));
  }

  private static @Nullable Double quantile(float[] sorted, double share) {
    return sorted.length == 0
        ? null
        : Mean.rounded(sorted[(int) Math.round(share * (sorted.length - 1))]);
  }
}
