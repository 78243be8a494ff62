package io.clada.topology;

import org.apache.datasketches.kll.KllFloatsSketch;
import org.apache.datasketches.memory.Memory;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Quantiles of a stream of values in a few kilobytes, mergeable in any order: a KLL sketch (Karnin,
 * Lang, Liberty, FOCS 2016). Exact up to {@link #K} values; beyond that a quantile's rank is off by
 * at most {@link #RANK_ERROR} with 99 % confidence, however often sketches were merged. The sketch
 * compacts with random bits, so two runs over the same many values may differ within that.
 *
 * <p>Mutable and not thread-safe.
 */
final class QuantileSketch {
  /** Accuracy: what KLL calls k. */
  static final int K = 200;

  /** Largest error of a quantile's rank, 0 to 1, at 99 % confidence. */
  static final double RANK_ERROR = KllFloatsSketch.newHeapInstance(K).getNormalizedRankError(false);

  /** Names the algorithm and the item type beside the bytes. */
  static final String TYPE = "kll-floats";

  /** Version of the bytes: DataSketches' serialisation of a compact KllFloatsSketch. */
  static final int VERSION = 1;

  private final KllFloatsSketch sketch;

  private QuantileSketch(KllFloatsSketch sketch) {
    this.sketch = sketch;
  }

  static QuantileSketch empty() {
    return new QuantileSketch(KllFloatsSketch.newHeapInstance(K));
  }

  /**
   * @throws SerializationException if the bytes are of another kind of sketch or damaged
   */
  static QuantileSketch of(String type, int version, byte[] bytes) {
    if (!TYPE.equals(type) || version != VERSION) {
      throw new SerializationException(
          "sketch of type '%s' version %d is not supported; supported: %s version %d"
              .formatted(type, version, TYPE, VERSION));
    }
    try {
      return new QuantileSketch(KllFloatsSketch.heapify(Memory.wrap(bytes)));
    } catch (RuntimeException e) {
      throw new SerializationException("damaged " + TYPE + " sketch: " + e.getMessage(), e);
    }
  }

  /** Leaves out what is not a finite number. */
  void add(float value) {
    if (Float.isFinite(value)) {
      sketch.update(value);
    }
  }

  void merge(QuantileSketch other) {
    sketch.merge(other.sketch);
  }

  long count() {
    return sketch.getN();
  }

  int k() {
    return sketch.getK();
  }

  /** Smallest value that at least this share (0 to 1) of the values do not exceed; else NaN. */
  float quantile(double rank) {
    return sketch.isEmpty() ? Float.NaN : sketch.getQuantile(rank);
  }

  byte[] bytes() {
    return sketch.toByteArray();
  }
}
