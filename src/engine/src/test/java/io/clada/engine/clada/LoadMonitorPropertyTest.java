package io.clada.engine.clada;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.CognitiveLoad;
import io.clada.engine.FleetThresholds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** Adaptive thresholds against quantiles of a plain list of all that was seen. */
class LoadMonitorPropertyTest {
  private static final FleetThresholds FLEET = new FleetThresholds(1, 0.35, 0.45, 0);

  @Property(tries = 200)
  void thresholdsAreBlendedQuantilesOfTheLastTenWindows(
      @ForAll @IntRange(min = 1, max = 20) int window,
      @ForAll @DoubleRange(min = 0, max = 1) double surprisalQuantile,
      @ForAll @DoubleRange(min = 0, max = 1) double entropyQuantile,
      @ForAll @IntRange(min = 1, max = 400) int tokens,
      @ForAll long seed) {
    LoadMonitor monitor = new LoadMonitor(window, surprisalQuantile, entropyQuantile, true, FLEET);
    Random random = new Random(seed);
    List<Double> surprisals = new ArrayList<>();
    List<Double> entropies = new ArrayList<>();
    double surprisalThreshold = FLEET.surprisal();
    double entropyThreshold = FLEET.entropy();
    for (int token = 1; token <= tokens; token++) {
      double surprisal = random.nextDouble();
      double entropy = random.nextInt(5) / 4.0; // with ties
      boolean surprised = surprisal > monitor.surprisalThreshold();
      boolean unsure = entropy > monitor.entropyThreshold();
      surprisals.add(surprisal);
      entropies.add(entropy);
      CognitiveLoad load = monitor.add(surprisal, entropy);
      assertThat(load == CognitiveLoad.HIGH).isEqualTo(surprised && unsure);
      assertThat(load == CognitiveLoad.LOW).isEqualTo(!surprised && !unsure);
      if (token % window == 0) {
        double own = token / (token + 32.0);
        surprisalThreshold =
            own * quantile(last(surprisals, 10 * window), surprisalQuantile)
                + (1 - own) * FLEET.surprisal();
        entropyThreshold =
            own * quantile(last(entropies, 10 * window), entropyQuantile)
                + (1 - own) * FLEET.entropy();
      }
      assertThat(monitor.surprisalThreshold()).isCloseTo(surprisalThreshold, within(1e-12));
      assertThat(monitor.entropyThreshold()).isCloseTo(entropyThreshold, within(1e-12));
    }
  }

  private static List<Double> last(List<Double> values, int count) {
    return values.subList(Math.max(0, values.size() - count), values.size());
  }

  /** The value that this share of the others, spread evenly over [0, 1], stands before. */
  private static double quantile(List<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    if (sorted.size() == 1) {
      return sorted.get(0);
    }
    double step = 1.0 / (sorted.size() - 1);
    int left = (int) Math.min(sorted.size() - 2, Math.floor(share / step));
    double way = share / step - left;
    return sorted.get(left) * (1 - way) + sorted.get(left + 1) * way;
  }
}
