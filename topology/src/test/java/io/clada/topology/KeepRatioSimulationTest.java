package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/**
 * The elastic controller with its default settings on recorded load (resource folder {@code load}:
 * requests per second, a minute a line). The fleet's capacity is 16 requests a second at offset 0
 * and 10 at the maximum.
 */
class KeepRatioSimulationTest {
  private static final int MINUTE = 60;
  private static final double MAXIMUM = 0.3;

  @Test
  void afterAStepOfTheLoadItSettlesWhereTheFleetKeepsUp() throws IOException {
    SimulatedFleet fleet = run("step.txt");

    assertThat(fleet.offsets().get(29 * MINUTE)).isEqualTo(MAXIMUM);
    assertThat(most(fleet.queues(), 35 * MINUTE, 75 * MINUTE)).isLessThan(60);
    assertThat(fleet.reversals(35 * MINUTE, 75 * MINUTE)).isLessThanOrEqualTo(4);
    assertThat(fleet.offsets().get(119 * MINUTE)).isEqualTo(MAXIMUM);
  }

  @Test
  void inASpikeItGoesToThroughputAtOnceAndComesBackAfterwards() throws IOException {
    SimulatedFleet fleet = run("spike.txt");

    assertThat(fleet.offsets().get(29 * MINUTE)).isEqualTo(MAXIMUM);
    assertThat(fleet.offsets().subList(30 * MINUTE, 31 * MINUTE)).contains(0.0);
    assertThat(fleet.offsets().get(60 * MINUTE)).isEqualTo(MAXIMUM);
    assertThat(fleet.reversals(0, 90 * MINUTE)).isEqualTo(2);
  }

  @Test
  void onASlowRampItGivesWayAndReturns() throws IOException {
    SimulatedFleet fleet = run("ramp.txt");

    assertThat(fleet.offsets().get(20 * MINUTE)).isEqualTo(MAXIMUM);
    assertThat(fleet.offsets().get(95 * MINUTE)).isEqualTo(0);
    assertThat(fleet.offsets().get(149 * MINUTE)).isEqualTo(MAXIMUM);
    assertThat(fleet.reversals(0, 150 * MINUTE)).isLessThanOrEqualTo(8);
  }

  @Test
  void underALoadThatTheMaximumCannotCarryItDoesNotOscillate() throws IOException {
    SimulatedFleet fleet = run("steady.txt");

    assertThat(fleet.reversals(60 * MINUTE, 180 * MINUTE)).isLessThanOrEqualTo(8);
    assertThat(fleet.offsets().subList(60 * MINUTE, 180 * MINUTE))
        .allSatisfy(offset -> assertThat(offset).isBetween(0.1, 0.25));
    assertThat(most(fleet.queues(), 60 * MINUTE, 180 * MINUTE)).isLessThan(60);
  }

  private static SimulatedFleet run(String load) throws IOException {
    Properties settings = new Properties();
    settings.put("clada.elastic.enabled", "true");
    SimulatedFleet fleet = new SimulatedFleet(KeepRatioRule.of(new Settings(settings)));
    fleet.run(arrivals(load));
    return fleet;
  }

  private static List<Integer> arrivals(String name) throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(
                    KeepRatioSimulationTest.class.getResourceAsStream("/load/" + name)),
                StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .flatMap(line -> Arrays.stream(line.split(" ", -1)))
          .map(Integer::valueOf)
          .toList();
    }
  }

  private static int most(List<Integer> queues, int from, int to) {
    return queues.subList(from, to).stream().mapToInt(Integer::intValue).max().orElseThrow();
  }
}
