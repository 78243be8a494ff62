package io.clada.engine.clada;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
  /**
   * Kolmogorov-Smirnov at one in a million, over consecutive token indices and over consecutive
   * seeds.
   */
  @Test
  void numbersAreUniformAlongIndicesAndAlongSeeds() {
    int n = 10_000;
    double bound = Math.sqrt(-0.5 * Math.log(0.5e-6) / n);

    assertThat(
            distance(
                LongStream.range(0, n).mapToDouble(i -> CounterRandom.uniform(42, i)).toArray()))
        .isLessThan(bound);
    assertThat(
            distance(
                LongStream.range(0, n).mapToDouble(i -> CounterRandom.uniform(i, 7)).toArray()))
        .isLessThan(bound);
  }

  @Test
  void neighbouringSeedsAndIndicesAreNotEqual() {
    assertThat(CounterRandom.uniform(1, 0)).isNotEqualTo(CounterRandom.uniform(0, 1));
    assertThat(CounterRandom.uniform(1, 0)).isNotEqualTo(CounterRandom.uniform(1, 1));
    assertThat(CounterRandom.uniform(42, 3)).isEqualTo(CounterRandom.uniform(42, 3));
  }

  private static double distance(double[] values) {
    java.util.Arrays.sort(values);
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      assertThat(values[i]).isBetween(0.0, Math.nextDown(1.0));
      worst =
          Math.max(
              worst,
              Math.max(
                  values[i] - (double) i / values.length, (i + 1.0) / values.length - values[i]));
    }
    return worst;
  }
}
