package io.clada.engine.clada;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.CognitiveLoad;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The hierarchical threshold against the method's words, said once more in another way. */
class KeepPolicyPropertyTest {
  private static final List<Double> RATIOS = List.of(0.1, 0.3, 0.5, 0.7, 0.9);

  /**
   * Everything that a policy is made of.
   *
   * @param profiled whether there is a profile
   * @param prompt whether the prompt's magnitudes are there
   */
  private record Case(
      boolean profiled,
      boolean prompt,
      double swing,
      double offset,
      int minActive,
      long tokens,
      long seed) {
    private static final int MATRICES = 2 * Site.COUNT;

    long[] inputs() {
      Random random = new Random(seed);
      return random.longs(MATRICES, 8, 2000).toArray();
    }

    double[] ratios() {
      Random random = new Random(seed + 1);
      return random.doubles(MATRICES).map(r -> r < 0.2 ? 1 : r).toArray();
    }

    double[] breakEven() {
      return new Random(seed + 2).doubles(Site.COUNT, 0, 1.5).toArray();
    }

    List<List<Double>> table() {
      Random random = new Random(seed + 3);
      List<List<Double>> rows = new ArrayList<>();
      for (int matrix = 0; matrix < MATRICES; matrix++) {
        rows.add(falling(random));
      }
      return rows;
    }

    float[][] magnitudes() {
      Random random = new Random(seed + 4);
      float[][] rows = new float[MATRICES][RATIOS.size()];
      for (float[] row : rows) {
        List<Double> falling = falling(random);
        for (int i = 0; i < row.length; i++) {
          row[i] = falling.get(i).floatValue();
        }
      }
      return rows;
    }

    private static List<Double> falling(Random random) {
      List<Double> row = new ArrayList<>();
      RATIOS.forEach(ratio -> row.add(random.nextDouble() * 3));
      row.sort(Collections.reverseOrder());
      return row;
    }

    KeepPolicy policy() {
      Profile profile =
          new Profile(
              1, RATIOS, table(), Collections.nCopies(MATRICES, 0.5), swing, 0, null, Map.of());
      return new KeepPolicy(
          inputs(),
          profiled ? profile : null,
          ratios(),
          offset,
          breakEven(),
          minActive,
          prompt ? magnitudes() : null,
          tokens);
    }

    /** What the step after a token of this load keeps of the matrix, 1: dense. */
    double share(int matrix, CognitiveLoad load) {
      double mean = ratios()[matrix] + offset;
      if (ratios()[matrix] == 1 || mean >= 1 || mean >= breakEven()[matrix % 4]) {
        return 1;
      }
      double moved =
          switch (load) {
            case LOW -> mean - swing;
            case MEDIUM -> mean;
            case HIGH -> mean + swing;
          };
      return Math.min(1, Math.max(0.01, profiled ? moved : mean));
    }

    double threshold(int matrix, double share) {
      double base = interpolated(table().get(matrix), share);
      if (!prompt || base == 0) {
        return base;
      }
      List<Double> row = new ArrayList<>();
      for (float magnitude : magnitudes()[matrix]) {
        row.add((double) magnitude);
      }
      double factor = interpolated(row, share) / base;
      double bounded = Math.max(0.5, Math.min(2, factor));
      return base * (tokens * bounded + 128) / (tokens + 128);
    }

    private static double interpolated(List<Double> magnitudes, double share) {
      TreeMap<Double, Double> points = new TreeMap<>();
      points.put(0.0, magnitudes.get(0));
      for (int i = 0; i < RATIOS.size(); i++) {
        points.put(RATIOS.get(i), magnitudes.get(i));
      }
      points.put(1.0, 0.0);
      double left = points.floorKey(share);
      double right = points.ceilingKey(share);
      double way = left == right ? 0 : (share - left) / (right - left);
      return (1 - way) * points.get(left) + way * points.get(right);
    }
  }

  @Provide
  Arbitrary<Case> cases() {
    return Combinators.combine(
            Arbitraries.of(true, true, false),
            Arbitraries.of(true, false),
            Arbitraries.of(0.0, 0.05, 0.3),
            Arbitraries.of(0.0, 0.1, 0.6, 1.0),
            Arbitraries.integers().between(1, 300),
            Arbitraries.longs().between(1, 2000),
            Arbitraries.longs())
        .as(Case::new);
  }

  @Property(tries = 500)
  void whatAStepKeepsIsWhatTheMethodSays(@ForAll("cases") Case it, @ForAll CognitiveLoad load) {
    Keep keep = it.policy().after(load);

    for (int matrix = 0; matrix < Case.MATRICES; matrix++) {
      double share = it.share(matrix, load);
      long fewest = Site.of(matrix) == Site.DOWN ? Math.max(4, it.minActive()) : 4;
      if (share == 1) {
        assertThat(keep.floors()[matrix]).isEqualTo(Long.MAX_VALUE);
      } else if (it.profiled()) {
        assertThat(keep.thresholds()[matrix]).isCloseTo(it.threshold(matrix, share), within(1e-9));
        assertThat(keep.floors()[matrix]).isEqualTo(fewest);
      } else {
        assertThat(keep.thresholds()[matrix]).isEqualTo(Double.MAX_VALUE);
        assertThat(keep.floors()[matrix])
            .isEqualTo(Math.max(fewest, Math.round(share * it.inputs()[matrix])));
      }
    }
  }

  @Property(tries = 300)
  void theLongRunsSharesAreThoseOfMediumLoad(@ForAll("cases") Case it) {
    KeepPolicy policy = it.policy();

    for (int matrix = 0; matrix < Case.MATRICES; matrix++) {
      assertThat(policy.ratios()[matrix])
          .isCloseTo(it.share(matrix, CognitiveLoad.MEDIUM), within(1e-12));
    }
    assertThat(policy.sparse())
        .isEqualTo(Arrays.stream(policy.ratios()).anyMatch(share -> share < 1));
  }

  @Property(tries = 300)
  void theHigherTheLoadTheMoreIsKept(@ForAll("cases") Case it) {
    KeepPolicy policy = it.policy();

    assertKeepsMore(policy.after(CognitiveLoad.HIGH), policy.after(CognitiveLoad.MEDIUM), it);
    assertKeepsMore(policy.after(CognitiveLoad.MEDIUM), policy.after(CognitiveLoad.LOW), it);
  }

  @Property(tries = 300)
  void anOffsetKeepsMore(@ForAll("cases") Case it, @ForAll CognitiveLoad load) {
    Case without =
        new Case(it.profiled(), it.prompt(), it.swing(), 0, it.minActive(), it.tokens(), it.seed());

    assertKeepsMore(it.policy().after(load), without.policy().after(load), it);
  }

  private static void assertKeepsMore(Keep more, Keep less, Case it) {
    for (int matrix = 0; matrix < Case.MATRICES; matrix++) {
      assertThat(more.floors()[matrix]).isGreaterThanOrEqualTo(less.floors()[matrix]);
      if (!it.prompt() || !it.profiled()) {
        assertThat(more.thresholds()[matrix]).isLessThanOrEqualTo(less.thresholds()[matrix]);
      }
    }
  }
}
