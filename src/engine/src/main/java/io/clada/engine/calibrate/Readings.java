package io.clada.engine.calibrate;

import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Site;
import java.util.ArrayList;
import java.util.List;

/** Passages that are read, ready for trials, and how the dense model scores them. */
final class Readings implements AutoCloseable {
  /** What the caches may take together; fewer passages are read where they would take more. */
  private static final long MOST_CACHE_BYTES = 4L << 30;

  private final List<Reading> all;
  private final Score dense;
  private final double[][] magnitudes;

  private Readings(List<Reading> all, Score dense, double[][] magnitudes) {
    this.all = List.copyOf(all);
    this.dense = dense;
    this.magnitudes = magnitudes;
  }

  /** As many of the first passages as there is room for. */
  static List<Passage> fitting(Decoder decoder, List<Passage> passages) {
    long bytes = 0;
    int count = 0;
    while (count < passages.size() && bytes < MOST_CACHE_BYTES) {
      bytes += decoder.cacheBytesPerPosition() * passages.get(count).ids().length;
      count++;
    }
    return passages.subList(0, count);
  }

  /** Tokens that run through the model to read these. */
  static long tokens(List<Passage> passages) {
    return passages.stream().mapToLong(passage -> passage.ids().length).sum();
  }

  /** Reads the passages, dense; closing the result frees them. */
  static Readings read(Decoder decoder, List<Passage> passages, Meter meter) {
    Keep dense = Keep.dense(decoder.config().layers());
    List<Reading> all = new ArrayList<>();
    List<double[]> bits = new ArrayList<>();
    double[][] magnitudes = new double[decoder.config().layers() * Site.COUNT][];
    try {
      for (Passage passage : passages) {
        Reading reading = new Reading(decoder, passage);
        all.add(reading);
        bits.add(
            reading.bits(
                decoder.run(decoder.weights(), dense, List.of(reading.continuation(true)))));
        float[][] reached = reading.sequence().magnitudes();
        double share = (double) passage.ids().length / tokens(passages);
        for (int matrix = 0; matrix < reached.length; matrix++) {
          add(magnitudes, matrix, reached[matrix], share);
        }
        reading.restore();
        meter.advance(passage.ids().length);
      }
    } catch (RuntimeException | Error e) {
      all.forEach(Reading::close);
      throw e;
    }
    return new Readings(all, new Score(bits, 1, 1), magnitudes);
  }

  private static void add(double[][] sums, int matrix, float[] row, double weight) {
    if (sums[matrix] == null) {
      sums[matrix] = new double[row.length];
    }
    for (int ratio = 0; ratio < row.length; ratio++) {
      sums[matrix][ratio] += weight * row[ratio];
    }
  }

  List<Reading> all() {
    return all;
  }

  /** What dense gives. */
  Score dense() {
    return dense;
  }

  /**
   * The magnitude that a share of a matrix's inputs reaches, on the average of all tokens, {@code
   * [layers * 4][ratios]}.
   */
  double[][] magnitudes() {
    return magnitudes;
  }

  /** Tokens that one trial scores. */
  long scored() {
    return dense.tokens();
  }

  /** The first passages, of so many scored tokens or a few more. */
  Readings first(long tokens) {
    int count = 0;
    long scored = 0;
    while (count < all.size() && scored < tokens) {
      scored += all.get(count++).passage().scored();
    }
    return new Readings(
        all.subList(0, count), new Score(dense.bits().subList(0, count), 1, 1), magnitudes);
  }

  @Override
  public void close() {
    all.forEach(Reading::close);
  }
}
