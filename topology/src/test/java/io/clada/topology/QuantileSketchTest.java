package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/**
 * Partition and order must not matter: whatever way the values are split over partitions and
 * seconds, and in whatever order the pieces are merged, through their bytes, quantiles keep KLL's
 * error.
 *
 * <p>KLL's bound holds with 99 % confidence for one quantile, so over many tries of several
 * quantiles it is exceeded now and then by right; three times the bound (seven standard deviations)
 * never is, and a wrong merge, which loses or doubles a piece, misses by far more.
 */
class QuantileSketchTest {
  private static final double[] RANKS = {0.1, 0.5, 0.7, 0.9, 0.99};
  private static final double NEVER = 3 * QuantileSketch.RANK_ERROR;

  @Property(tries = 100)
  void mergedQuantilesStayWithinTheBound(
      @ForAll("values") List<Float> values,
      @ForAll @IntRange(min = 1, max = 64) int pieces,
      @ForAll Random random) {
    QuantileSketch merged = mergedInAnyOrder(values, pieces, random);

    assertThat(merged.count()).isEqualTo(values.size());
    float[] sorted = sorted(values);
    for (double rank : RANKS) {
      assertThat(rankError(sorted, merged.quantile(rank), rank))
          .as("at %s", rank)
          .isLessThan(NEVER);
    }
  }

  @Property(tries = 100)
  void quantilesOfFewValuesAreExact(
      @ForAll("fewValues") List<Float> values,
      @ForAll @IntRange(min = 1, max = 8) int pieces,
      @ForAll Random random) {
    QuantileSketch merged = mergedInAnyOrder(values, pieces, random);

    float[] sorted = sorted(values);
    for (double rank : RANKS) {
      int index = Math.max(0, (int) Math.ceil(rank * sorted.length - 1e-9) - 1);
      assertThat(merged.quantile(rank)).as("at %s", rank).isEqualTo(sorted[index]);
    }
  }

  private static QuantileSketch mergedInAnyOrder(List<Float> values, int pieces, Random random) {
    List<QuantileSketch> parts = new ArrayList<>();
    for (int i = 0; i < pieces; i++) {
      parts.add(QuantileSketch.empty());
    }
    for (float value : values) {
      parts.get(random.nextInt(pieces)).add(value);
    }
    Collections.shuffle(parts, random);
    QuantileSketch merged = QuantileSketch.empty();
    for (QuantileSketch part : parts) {
      merged.merge(QuantileSketch.of(QuantileSketch.TYPE, QuantileSketch.VERSION, part.bytes()));
    }
    return merged;
  }

  /** How far the wanted rank is from the ranks that the value has among all (ties have several). */
  private static double rankError(float[] sorted, float value, double rank) {
    int below = 0;
    int notAbove = 0;
    for (float one : sorted) {
      below += one < value ? 1 : 0;
      notAbove += one <= value ? 1 : 0;
    }
    double low = (double) below / sorted.length;
    double high = (double) notAbove / sorted.length;
    return rank < low ? low - rank : rank > high ? rank - high : 0;
  }

  private static float[] sorted(List<Float> values) {
    float[] sorted = new float[values.size()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = values.get(i);
    }
    Arrays.sort(sorted);
    return sorted;
  }

  /** Evenly spread, skewed like surprisals, sorted, or of few different values. */
  @Provide
  Arbitrary<List<Float>> values() {
    return Combinators.combine(
            Arbitraries.integers().between(1, 20_000),
            Arbitraries.integers().between(0, 3),
            Arbitraries.longs())
        .as(QuantileSketchTest::values);
  }

  @Provide
  Arbitrary<List<Float>> fewValues() {
    return Arbitraries.floats().between(0, 1).list().ofMinSize(1).ofMaxSize(QuantileSketch.K);
  }

  private static List<Float> values(int size, int shape, long seed) {
    Random random = new Random(seed);
    List<Float> values = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      double uniform = random.nextDouble();
      values.add(
          (float)
              switch (shape) {
                case 0 -> uniform;
                case 1 -> Math.pow(uniform, 6);
                case 2 -> (double) i / size;
                default -> Math.floor(uniform * 4) / 4;
              });
    }
    return values;
  }
}
