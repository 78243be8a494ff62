package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.util.EnumMap;
import java.util.Map;

/**
 * Mergeable summary of a model's telemetry, or a part of it, over a stretch of event time. Stage 1
 * makes one per scope and slice from its own partition; stage 2 merges them into windows.
 *
 * <p>Mutable and not thread-safe; whoever decoded it owns it.
 */
final class Partial implements ModelUpdate {
  /** Source of a partial that was merged from several. */
  static final int ANY_PARTITION = -1;

  private static final Measure[] MEASURES = Measure.values();

  private final Scope scope;
  private final long start;
  private final int partition;
  private final Sums sums;
  private final LayerSums layers;
  private final Map<Measure, QuantileSketch> sketches;
  private long latest;

  /**
   * @param sketches may lack measures of which there is no value
   */
  Partial(
      Scope scope,
      long start,
      int partition,
      long latest,
      Sums sums,
      LayerSums layers,
      Map<Measure, QuantileSketch> sketches) {
    this.scope = scope;
    this.start = start;
    this.partition = partition;
    this.latest = latest;
    this.sums = sums;
    this.layers = layers;
    this.sketches = sketches;
  }

  static Partial empty(Scope scope, long start, int partition) {
    return new Partial(
        scope, start, partition, start, new Sums(), new LayerSums(), new EnumMap<>(Measure.class));
  }

  /**
   * @param at event time, ms since the epoch
   */
  void add(LoadTelemetry telemetry, long at) {
    latest = Math.max(latest, at);
    sums.add(telemetry);
    layers.add(telemetry.getActiveNeuronRatioByLayer(), telemetry.getTokens());
    for (Measure measure : MEASURES) {
      measure.add(telemetry, sketch(measure));
    }
  }

  void merge(Partial other) {
    latest = Math.max(latest, other.latest);
    sums.add(other.sums);
    layers.add(other.layers);
    other.sketches.forEach((measure, sketch) -> sketch(measure).merge(sketch));
  }

  Scope scope() {
    return scope;
  }

  @Override
  public String model() {
    return scope.model();
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

  Sums sums() {
    return sums;
  }

  LayerSums layers() {
    return layers;
  }

  /** The values of a measure; made where there were none. */
  QuantileSketch sketch(Measure measure) {
    return sketches.computeIfAbsent(measure, any -> QuantileSketch.empty());
  }
}
