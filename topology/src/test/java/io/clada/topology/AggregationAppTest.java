package io.clada.topology;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The application on a real broker, with exactly-once transactions. */
@Timeout(value = 900, unit = SECONDS)
class AggregationAppTest {
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
  void telemetryOfAllPartitionsBecomesThresholdsAndStatistics() {
    Fleet fleet = fleet("whole");
    Properties settings = fleet.settings();
    settings.put("clada.slice.ms", "1000");
    settings.put("clada.sparsity.window.ms", "2000");
    settings.put("clada.sparsity.grace.ms", "2000");
    settings.put("clada.thresholds.interval.ms", "1000");
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings))) {
      app.start();
      await().atMost(PATIENCE).until(app::isRunning);
      long now = System.currentTimeMillis();
      List<Fleet.Sent> records = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        records.add(new Fleet.Sent("request-" + i, now, Telemetry.spread(10, 1f)));
      }
      fleet.send(records);

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                List<Thresholds> published =
                    fleet.read(fleet.topics().thresholds(), Thresholds.class);
                assertThat(published).isNotEmpty();
                Thresholds last = published.get(published.size() - 1);
                assertThat(last.getSurprisal()).isCloseTo(0.7f, within(0.11f));
                assertThat(last.getVersion()).isEqualTo(published.size());
              });
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(fleet.read(fleet.topics().sparsity(), SparsityStats.class))
                      .filteredOn(AggregationAppTest::isOfTwoSeconds) // an hour may end as well
                      .singleElement()
                      .satisfies(stats -> assertThat(stats.getTokens()).isEqualTo(1000)));
    }
  }

  private static boolean isOfTwoSeconds(SparsityStats stats) {
    return Duration.between(stats.getWindowStart(), stats.getWindowEnd()).toSeconds() == 2;
  }

  @Test
  void undecodableTelemetryGoesToTheDeadLettersAndTheRestIsCounted() {
    Fleet fleet = fleet("garbage");
    Properties settings = fleet.settings();
    settings.put("clada.thresholds.interval.ms", "1000");
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings))) {
      app.start();
      fleet.sendBytes(
          List.of(
              new ProducerRecord<>(
                  fleet.topics().telemetry(), "bad", "not avro".getBytes(StandardCharsets.UTF_8))));
      fleet.send(
          List.of(
              new Fleet.Sent("good", System.currentTimeMillis(), Telemetry.constant(200, 0.5f))));

      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(fleet.readBytes(fleet.topics().deadLetter()))
                    .singleElement()
                    .satisfies(
                        dead -> {
                          assertThat(dead.key()).isEqualTo("bad");
                          assertThat(dead.value()).asString().isEqualTo("not avro");
                          assertThat(dead.headers().lastHeader("__streams.errors.topic").value())
                              .asString()
                              .isEqualTo("garbage.telemetry");
                        });
                assertThat(fleet.read(fleet.topics().thresholds(), Thresholds.class)).hasSize(2);
              });
    }
  }

  @Test
  void anUnreachableBrokerIsNamedInOneLine() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Properties settings = new Fleet("localhost:" + port, "nowhere", folder).settings();
    settings.put("clada.startup.timeout.ms", "1000");
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings))) {
      assertThatThrownBy(app::start)
          .isInstanceOf(TopologyException.class)
          .hasMessageStartingWith("bootstrap.servers: no broker answers at localhost:" + port)
          .hasMessageNotContaining("\n");
    }
  }

  @Test
  void missingTopicsAreNamedWhereTheyAreNotToBeCreated() {
    Properties settings = fleet("missing").settings();
    settings.put("clada.create.topics", "false");
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings))) {
      assertThatThrownBy(app::start)
          .isInstanceOf(TopologyException.class)
          .hasMessage(
              "missing topics: missing.telemetry, missing.neurons, missing.sparsity,"
                  + " missing.thresholds, missing.backbone, missing.dead-letter; create them or set clada.create.topics=true");
    }
  }

  @Test
  void anErrorThatCannotHealEndsTheApplicationAndIsReported() throws Exception {
    Fleet fleet = fleet("deleted");
    Properties settings = fleet.settings();
    settings.put("metadata.max.age.ms", "500");
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings));
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      app.start();
      await().atMost(PATIENCE).until(app::isRunning);
      admin.deleteTopics(List.of(fleet.topics().telemetry())).all().get();

      assertThatThrownBy(app::awaitTermination)
          .isInstanceOf(TopologyException.class)
          .hasCauseInstanceOf(MissingSourceTopicException.class);
      assertThat(app.isRunning()).isFalse();
    }
  }

  private Fleet fleet(String prefix) {
    return new Fleet(kafka.bootstrapServers(), prefix, folder.resolve(prefix));
  }
}
