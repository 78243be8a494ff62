package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.service.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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
  private static final String TABLE_HEAD =
      "| always 0.3: most waiting |\n|---|---|---|---|---|---|\n";
  private static final double MAXIMUM = 0.3;

  /** No load is a limit to it, and the first step leads to the maximum. */
  private static final KeepRatioRule ALWAYS_MAXIMUM =
      new KeepRatioRule(true, MAXIMUM, MAXIMUM, 1e9, Duration.ofDays(1), Duration.ofMillis(1));

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

  @Test
  void thePageShowsWhatItGains() throws IOException {
    StringBuilder table = new StringBuilder();
    for (String load : new String[] {"step", "spike", "ramp", "steady"}) {
      SimulatedFleet off = run(load + ".txt", KeepRatioRule.of(new Settings(new Properties())));
      SimulatedFleet elastic = run(load + ".txt");
      SimulatedFleet generous = run(load + ".txt", ALWAYS_MAXIMUM);
      table.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %d | %.2f | %d | %d |%n",
              load,
              most(off.queues()),
              most(elastic.queues()),
              elastic.offsets().stream().mapToDouble(offset -> offset).average().orElseThrow(),
              elastic.reversals(0, elastic.offsets().size()),
              most(generous.queues())));
    }

    DocsPage.assertShows("topology.md", TABLE_HEAD, "\n`mvn", table.toString());
  }

  private static SimulatedFleet run(String load) throws IOException {
    Properties settings = new Properties();
    settings.put("clada.elastic.enabled", "true");
    return run(load, KeepRatioRule.of(new Settings(settings)));
  }

  private static SimulatedFleet run(String load, KeepRatioRule rule) throws IOException {
    SimulatedFleet fleet = new SimulatedFleet(rule);
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
    return most(queues.subList(from, to));
  }

  private static int most(List<Integer> queues) {
    return queues.stream().mapToInt(Integer::intValue).max().orElseThrow();
  }
}
