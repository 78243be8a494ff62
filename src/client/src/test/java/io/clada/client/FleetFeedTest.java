package io.clada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.Mode;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of a whole fleet's traffic. */
final class FleetFeedTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path data;
  private EmbeddedKafka kafka;
  private Fleet fleet;
  private final Seen seen = new Seen();

  private static final class Seen implements FleetFeed.Listener {
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final List<String> windows = new CopyOnWriteArrayList<>();
    private final List<Long> versions = new CopyOnWriteArrayList<>();
    private final List<String> checks = new CopyOnWriteArrayList<>();

    @Override
    public void token(TokenEvent event, Instant written) {
      assertThat(written).isBetween(Instant.now().minusSeconds(600), Instant.now());
      tokens.add(event.getId() + event.getText());
    }

    @Override
    public void telemetry(LoadTelemetry window, Instant written) {
      windows.add(window.getId());
    }

    @Override
    public void statistics(SparsityStats window) {}

    @Override
    public void thresholds(Thresholds thresholds) {
      versions.add(thresholds.getVersion());
    }

    @Override
    public void checked(String trouble) {
      checks.add(String.valueOf(trouble));
    }
  }

  @BeforeEach
  void start() {
    kafka = EmbeddedKafka.start(new EmbeddedKafka.Options(data, 0, Map.of()));
    fleet = new Fleet(kafka);
  }

  @AfterEach
  void stop() {
    fleet.close();
    kafka.close();
  }

  private FleetFeed open(Duration past) {
    return FleetFeed.open(fleet.properties(), past, past, seen);
  }

  private static Thresholds thresholds(long version) {
    return Thresholds.newBuilder()
        .setModel("m")
        .setVersion(version)
        .setSurprisal(0.3f)
        .setEntropy(0.4f)
        .build();
  }

  @Test
  void theLastMinutesAreReadAndWhatComesAfterThem() {
    fleet.answer("past", 0, 2, false);
    fleet.raw(fleet.topics().tokens(), "broken", new byte[] {7});
    fleet.thresholds("m", thresholds(1));
    fleet.thresholds("m/order", thresholds(1));
    try (FleetFeed unused = open(Duration.ofMinutes(5))) {
      await().atMost(PATIENCE).until(() -> seen.tokens.size() == 2 && seen.versions.size() == 1);

      fleet.answer("new", 0, 1, true);
      fleet.telemetry(
          LoadTelemetry.newBuilder()
              .setId("new")
              .setModel("m")
              .setMode(Mode.CLADA)
              .setFirstTokenIndex(0)
              .setTokens(1)
              .build());
      fleet.thresholds("m", thresholds(2));

      await().atMost(PATIENCE).until(() -> seen.tokens.size() == 3 && seen.windows.size() == 1);
      await().atMost(PATIENCE).until(() -> seen.versions.equals(List.of(1L, 2L)));
      assertThat(seen.tokens).containsExactlyInAnyOrder("past 0", "past 1", "new 0");
      assertThat(seen.checks).isNotEmpty().containsOnly("null");
    }
  }

  @Test
  void aBrokerThatGoesIsToldOfAndReadOnWhenItIsBack() {
    int port = Integer.parseInt(kafka.bootstrapServers().split(":", -1)[1]);
    try (FleetFeed unused = open(Duration.ofMinutes(5))) {
      fleet.answer("t", 0, 1, false);
      await().atMost(PATIENCE).until(() -> seen.tokens.size() == 1);

      kafka.close();
      await().atMost(PATIENCE).until(() -> seen.checks.contains("no broker answers"));
      kafka = EmbeddedKafka.start(new EmbeddedKafka.Options(data, port, Map.of()));
      fleet.answer("t", 1, 3, true);

      await().atMost(PATIENCE).until(() -> seen.tokens.size() >= 3);
      assertThat(seen.tokens).containsExactly("t 0", "t 1", "t 2");
      await().atMost(PATIENCE).until(() -> seen.checks.get(seen.checks.size() - 1).equals("null"));
    }
  }

  @Test
  void topicsThatAreMissingAreToldOf() {
    Map<String, Object> elsewhere = new HashMap<>(fleet.properties());
    elsewhere.put("clada.topic.prefix", "nobody");
    try (FleetFeed unused = FleetFeed.open(elsewhere, PATIENCE, PATIENCE, seen)) {
      await()
          .atMost(PATIENCE)
          .until(() -> seen.checks.stream().anyMatch(told -> told.contains("does not exist")));
    }
  }
}
