package io.clada.topology;

import io.clada.schemas.LoadTelemetry;

/**
 * Mergeable summary of a model's telemetry over a stretch of event time. Stage 1 makes one per
 * model and slice from its own partition; stage 2 merges them into windows.
 *
 * <p>Mutable and not thread-safe; whoever decoded it owns it.
 */
final class Partial {
  /** Source of a partial that was merged from several. */
  static final int ANY_PARTITION = -1;

  private final String model;
  private final long start;
  private final int partition;
  private final QuantileSketch surprisal;
  private final QuantileSketch entropy;
  private long latest;
  private Counts counts;
  private LayerSums layers;

  Partial(
      String model,
      long start,
      int partition,
      long latest,
      Counts counts,
      LayerSums layers,
      QuantileSketch surprisal,
      QuantileSketch entropy) {
    this.model = model;
    this.start = start;
    this.partition = partition;
    this.latest = latest;
    this.counts = counts;
    this.layers = layers;
    this.surprisal = surprisal;
    this.entropy = entropy;
  }

  static Partial empty(String model, long start, int partition) {
    return new Partial(
        model,
        start,
        partition,
        start,
        Counts.ZERO,
        LayerSums.NONE,
        QuantileSketch.empty(),
        QuantileSketch.empty());
  }

  /**
   * @param at event time, ms since the epoch
   */
  void add(LoadTelemetry telemetry, long at) {
    latest = Math.max(latest, at);
    counts = counts.plus(Counts.of(telemetry));
    layers =
        layers.plus(LayerSums.of(telemetry.getActiveNeuronRatioByLayer(), telemetry.getTokens()));
    telemetry.getSurprisals().forEach(surprisal::add);
    telemetry.getEntropies().forEach(entropy::add);
  }

  void merge(Partial other) {
    latest = Math.max(latest, other.latest);
    counts = counts.plus(other.counts);
    layers = layers.plus(other.layers);
    surprisal.merge(other.surprisal);
    entropy.merge(other.entropy);
  }

  String model() {
    return model;
  }

  /** First moment of the stretch, ms since the epoch. */
  long start() {
    return start;
  }

  /** Partition of the telemetry topic that it was folded from, or {@link #ANY_PARTITION}. */
  int partition() {
    return partition;
  }

  /** Event time of the latest record in it, ms since the epoch. */
  long latest() {
    return latest;
  }

  Counts counts() {
    return counts;
  }

  LayerSums layers() {
    return layers;
  }

  QuantileSketch surprisal() {
    return surprisal;
  }

  QuantileSketch entropy() {
    return entropy;
  }
}
