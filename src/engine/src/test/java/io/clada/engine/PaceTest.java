package io.clada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Which way steps go in the long run, whatever the costs had said. */
class PaceTest {
  private static final int SEQUENCES = 2;

  private final Pace pace = new Pace();
  private final Random random = new Random(1);
  private final Map<Way, Integer> taken = new EnumMap<>(Way.class);

  @Test
  void theFasterWayIsTakenThoughTheCostsNameAnother() {
    steps(
        1000, Map.of(Way.APART, 0.8, Way.TOGETHER, 1.0), Map.of(Way.APART, 1.3, Way.TOGETHER, 1.1));

    assertThat(taken.get(Way.TOGETHER)).isGreaterThan(950);
    assertThat(taken.get(Way.APART)).as("tried").isGreaterThan(0);
  }

  @Test
  void theFasterWayIsFoundAgainAfterATimeThatHadSlowedItDown() {
    Map<Way, Double> costs = Map.of(Way.APART, 0.8, Way.TOGETHER, 1.0);
    Map<Way, Double> quiet = Map.of(Way.APART, 0.9, Way.TOGETHER, 1.1);
    steps(100, costs, quiet);
    steps(30, costs, Map.of(Way.APART, 4.0, Way.TOGETHER, 4.0));
    steps(2000, costs, quiet);
    taken.clear();
    steps(1000, costs, quiet);

    assertThat(taken.get(Way.APART)).isGreaterThan(950);
  }

  @Test
  void oneNumberOfSequencesSaysNothingOfAnother() {
    pace.took(Way.APART, 1, 1, 5);

    assertThat(pace.corrected(Way.APART, SEQUENCES, 1)).isEqualTo(1);
  }

  @Test
  void aWayThatIsTriedIsKnownByItsFirstStep() {
    pace.took(Way.SHARED, SEQUENCES, 1, 1.5);

    assertThat(pace.corrected(Way.SHARED, SEQUENCES, 1)).isEqualTo(1.5);
  }

  @Test
  void oneStepOfASleepingComputerIsSoonForgotten() {
    Map<Way, Double> costs = Map.of(Way.APART, 0.8, Way.TOGETHER, 1.0);
    steps(100, costs, costs);
    pace.took(Way.APART, SEQUENCES, 0.8, 3600);
    steps(500, costs, costs);
    taken.clear();
    steps(100, costs, costs);

    assertThat(taken).containsOnlyKeys(Way.APART);
  }

  @Test
  void aWayLooksNoWorseForAnothersDoingWorse() {
    pace.took(Way.TOGETHER, SEQUENCES, 1, 1.5);
    for (int i = 0; i < 1000; i++) {
      pace.took(Way.APART, SEQUENCES, 1, 2);
    }

    assertThat(pace.corrected(Way.TOGETHER, SEQUENCES, 1)).isEqualTo(1.5);
  }

  @Test
  void aChangeOfSetsThatTookLongIsTriedAgainLater() {
    Map<Way, Double> costs = Map.of(Way.APART, 1.0, Way.TOGETHER, 1.1);
    assertThat(pace.change()).as("never tried").isZero();
    pace.changed(1);
    assertThat(pace.change()).isEqualTo(1);

    steps(10, costs, costs);
    assertThat(pace.change()).isBetween(0.9, 1.0);
    steps(5000, costs, costs);
    assertThat(pace.change()).isLessThan(0.001);
  }

  private void steps(int count, Map<Way, Double> costs, Map<Way, Double> truth) {
    for (int i = 0; i < count; i++) {
      Way way =
          pace.corrected(Way.APART, SEQUENCES, costs.get(Way.APART))
                  < pace.corrected(Way.TOGETHER, SEQUENCES, costs.get(Way.TOGETHER))
              ? Way.APART
              : Way.TOGETHER;
      double noise = 0.9 + 0.2 * random.nextDouble();
      pace.took(way, SEQUENCES, costs.get(way), truth.get(way) * noise);
      taken.merge(way, 1, Integer::sum);
    }
  }
}
