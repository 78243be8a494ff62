package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Thresholds;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator, a running application and the topic between them. */
@Timeout(value = 900, unit = SECONDS)
class ThresholdsControlTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static EmbeddedKafka kafka;
  @TempDir Path folder;

  @BeforeAll
  static void startBroker() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
  }

  @AfterAll
  static void stopBroker() {
    kafka.close();
  }

  @Test
  void aBadMinuteIsUndoneAndTheGoodValuesHeld() {
    Fleet fleet = fleet("undo");
    Properties settings = fleet.settings();
    settings.put("clada.thresholds.interval.ms", "200");
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings));
        ThresholdsControl control = new ThresholdsControl(settings, fleet.topics())) {
      app.start();
      send(fleet, 200, 0.4f);
      Thresholds good = await(control, 0.4f);
      send(fleet, 20_000, 0.9f);
      Thresholds bad = await(control, 0.9f);

      Thresholds undone = control.rollback(MODEL, good.getVersion(), "ann@ops");
      assertThat(undone.getVersion()).isEqualTo(bad.getVersion() + 1);
      assertThat(undone.getSurprisal()).isEqualTo(0.4f);
      assertThat(undone.getReason()).isEqualTo("rolled back to version 2 by ann@ops");

      Thresholds pinned = control.pin(MODEL, null, "ann@ops");
      assertThat(pinned.getPinned()).isTrue();
      assertThat(pinned.getSurprisal()).isEqualTo(0.4f);
      send(fleet, 20_000, 0.9f);
      Thresholds backToBad = control.pin(MODEL, bad.getVersion(), "bob@ops");
      assertThat(backToBad.getSurprisal()).isEqualTo(0.9f);
      assertThat(backToBad.getVersion()).isEqualTo(pinned.getVersion() + 1);

      Thresholds free = control.unpin(MODEL, "ann@ops");
      assertThat(free.getPinned()).isFalse();
      send(fleet, 200, 0.2f);
      assertThat(await(control, 0.2f).getVersion()).isGreaterThan(free.getVersion());
    }
  }

  @Test
  void anOrderIsObeyedAlsoWhenTheOperatorsClockIsBehind() {
    Fleet fleet = fleet("clocks");
    Properties settings = fleet.settings();
    settings.put("clada.thresholds.interval.ms", "200");
    Clock behind = Clock.fixed(Instant.parse("2001-01-01T00:00:00Z"), ZoneOffset.UTC);
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings));
        ThresholdsControl control = new ThresholdsControl(settings, fleet.topics());
        ThresholdsControl late =
            new ThresholdsControl(settings, fleet.topics(), behind, PATIENCE)) {
      app.start();
      send(fleet, 200, 0.4f);
      await(control, 0.4f);
      control.pin(MODEL, null, "ann@ops");

      assertThat(late.unpin(MODEL, "bob@ops").getPinned()).isFalse();
    }
  }

  @Test
  void withoutAnApplicationTheOperatorIsTold() {
    Fleet fleet = fleet("alone");
    Properties settings = fleet.settings();
    settings.put("clada.thresholds.interval.ms", "200");
    try (ThresholdsControl control =
        new ThresholdsControl(settings, fleet.topics(), Clock.systemUTC(), Duration.ofSeconds(3))) {
      try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings))) {
        app.start();
        send(fleet, 200, 0.4f);
        await(control, 0.4f);
      }
      assertThatThrownBy(() -> control.pin(MODEL, null, "ann@ops"))
          .isInstanceOf(TopologyException.class)
          .hasMessage(
              "the order is written, but no topology obeyed it within 3 s: is 'clada topology'"
                  + " running?");

      try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings))) {
        app.start();
        Awaitility.await().atMost(PATIENCE).until(() -> control.of(MODEL).getPinned());
      }
    }
  }

  @Test
  void anUnknownModelOrVersionIsNamed() {
    Fleet fleet = fleet("unknown");
    Properties settings = fleet.settings();
    settings.put("clada.thresholds.interval.ms", "200");
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings));
        ThresholdsControl control = new ThresholdsControl(settings, fleet.topics())) {
      app.start();
      Awaitility.await().atMost(PATIENCE).until(app::isRunning);
      assertThatThrownBy(() -> control.of("other"))
          .hasMessage(
              "unknown.thresholds holds no thresholds yet: they come with the first traffic");
      send(fleet, 200, 0.4f);
      await(control, 0.4f);

      assertThatThrownBy(() -> control.of("other"))
          .hasMessage("no thresholds of a model 'other'; there are those of: demo-llama");
      assertThatThrownBy(() -> control.rollback(MODEL, 9, "ann@ops"))
          .hasMessage("model 'demo-llama': there is no version 9; the last is 2");
      assertThatThrownBy(() -> control.rollback(MODEL, 0, "ann@ops"))
          .hasMessage("model 'demo-llama': version 0 is not kept any more; those from 1 on are");
    }
  }

  private static void send(Fleet fleet, int tokens, float surprisal) {
    fleet.send(
        List.of(
            new Fleet.Sent(
                "request", System.currentTimeMillis(), Telemetry.constant(tokens, surprisal))));
  }

  /** The thresholds once the traffic has moved them there. */
  private static Thresholds await(ThresholdsControl control, float surprisal) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              Thresholds now = control.inForce().get(MODEL);
              return now != null && now.getSurprisal() == surprisal;
            });
    return control.of(MODEL);
  }

  private Fleet fleet(String prefix) {
    return new Fleet(kafka.bootstrapServers(), prefix, folder.resolve(prefix));
  }
}
