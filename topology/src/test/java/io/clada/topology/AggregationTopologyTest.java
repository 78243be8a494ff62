package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import io.clada.schemas.serde.AvroSerdes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the application does with telemetry, with its default settings: windows of one minute and 30
 * s of grace; thresholds every 5 s over 5 minutes, from 200 tokens on.
 */
class AggregationTopologyTest {
  private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path stateDir;
  private TopologyTestDriver driver;
  private TestInputTopic<String, LoadTelemetry> telemetry;
  private TestInputTopic<String, byte[]> rawTelemetry;
  private TestOutputTopic<String, SparsityStats> sparsity;
  private TestOutputTopic<String, Thresholds> thresholds;
  private TestOutputTopic<String, byte[]> deadLetters;
  private Instant now = START;

  @BeforeEach
  void start() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", "unused:9092");
    properties.put("schema.registry.url", "mock://topology-test");
    properties.put("state.dir", stateDir.toString());
    // The driver's producer forgets dead letters of an open transaction; AggregationAppTest has
    // them.
    properties.put("processing.guarantee", "at_least_once");
    TopologyConfig config = TopologyConfig.of(properties);
    Properties kafka = new Properties();
    kafka.putAll(config.kafka());
    driver = new TopologyTestDriver(AggregationTopology.of(config), kafka, START);
    AvroSerdes serdes = new AvroSerdes(config.kafka());
    telemetry =
        driver.createInputTopic(
            "clada.telemetry",
            new StringSerializer(),
            serdes.values(LoadTelemetry.class).serializer());
    rawTelemetry =
        driver.createInputTopic(
            "clada.telemetry", new StringSerializer(), new ByteArraySerializer());
    sparsity =
        driver.createOutputTopic(
            "clada.sparsity",
            new StringDeserializer(),
            serdes.values(SparsityStats.class).deserializer());
    thresholds =
        driver.createOutputTopic(
            "clada.thresholds",
            new StringDeserializer(),
            serdes.values(Thresholds.class).deserializer());
    deadLetters =
        driver.createOutputTopic(
            "clada.dead-letter", new StringDeserializer(), new ByteArrayDeserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Nested
  class FleetThresholdsAre {
    @Test
    void theQuantilesOfRecentTelemetry() {
      send(Telemetry.spread(200, 1f));
      pass(5);

      assertThat(thresholds.readKeyValuesToList())
          .singleElement()
          .satisfies(
              published -> {
                assertThat(published.key).isEqualTo(MODEL);
                assertThat(published.value.getVersion()).isEqualTo(1);
                assertThat(published.value.getSurprisal()).isCloseTo(0.7f, within(0.006f));
                assertThat(published.value.getEntropy()).isCloseTo(0.35f, within(0.003f));
                assertThat(published.value.getSamples()).isEqualTo(200);
                assertThat(published.value.getComputedAt()).isEqualTo(now);
              });
    }

    @Test
    void notPublishedBeforeEnoughTokensBackThem() {
      send(Telemetry.constant(199, 0.5f));
      pass(10);
      assertThat(thresholds.isEmpty()).isTrue();

      send(Telemetry.constant(1, 0.5f));
      pass(5);
      assertThat(thresholds.readValuesToList()).hasSize(1);
    }

    @Test
    void publishedWithoutFurtherTraffic() {
      send(Telemetry.constant(200, 0.5f));
      assertThat(thresholds.isEmpty()).isTrue();

      pass(5);
      assertThat(thresholds.isEmpty()).isFalse();
    }

    @Test
    void leftAloneWithinTheHysteresis() {
      send(Telemetry.constant(200, 0.500f));
      pass(5);
      send(Telemetry.constant(2000, 0.524f));
      pass(30);

      assertThat(thresholds.readValuesToList())
          .extracting(Thresholds::getVersion)
          .containsExactly(1L);
    }

    @Test
    void publishedAsTheNextVersionWhenTheyMoveFurther() {
      send(Telemetry.constant(200, 0.500f));
      pass(5);
      send(Telemetry.constant(2000, 0.526f));
      pass(30);

      assertThat(thresholds.readValuesToList())
          .extracting(Thresholds::getVersion, Thresholds::getSurprisal)
          .containsExactly(tuple(1L, 0.500f), tuple(2L, 0.526f));
    }

    @Test
    void freeOfTrafficThatHasLeftTheHorizon() {
      send(Telemetry.constant(2000, 0.9f));
      pass(5);
      pass(4 * 60);
      send(Telemetry.constant(200, 0.1f));
      pass(5);
      assertThat(thresholds.readValuesToList())
          .extracting(Thresholds::getSurprisal)
          .containsExactly(0.9f);

      pass(75);
      assertThat(thresholds.readValuesToList())
          .singleElement()
          .satisfies(
              changed -> {
                assertThat(changed.getSurprisal()).isEqualTo(0.1f);
                assertThat(changed.getSamples()).isEqualTo(200);
              });
    }

    @Test
    void notMovedByABacklogOlderThanTheHorizon() {
      pass(600);
      telemetry.pipeInput("request", Telemetry.constant(500, 0.5f), START);
      pass(30);

      assertThat(thresholds.isEmpty()).isTrue();
    }

    @Test
    void apartForEachModel() {
      send(Telemetry.constant(200, 0.5f));
      send(LoadTelemetry.newBuilder(Telemetry.constant(200, 0.25f)).setModel("other").build());
      pass(5);

      Map<String, Thresholds> published = thresholds.readKeyValuesToMap();
      assertThat(published.get(MODEL).getSurprisal()).isEqualTo(0.5f);
      assertThat(published.get("other").getSurprisal()).isEqualTo(0.25f);
    }
  }

  @Nested
  class StatisticsOfAWindow {
    @Test
    void addUpAndAverageByToken() {
      send(
          Telemetry.of(List.of(0.1f, 0.2f, 0.3f))
              .setLowLoadTokens(1)
              .setMediumLoadTokens(1)
              .setHighLoadTokens(1)
              .setActiveNeuronRatio(0.3f)
              .setActiveNeuronRatioByLayer(List.of(0.2f, 0.4f))
              .setWeightsReadRatio(0.5f)
              .setReanalyses(2)
              .setDecodeSeconds(0.1)
              .build());
      send(
          Telemetry.of(List.of(0.9f))
              .setActiveNeuronRatio(0.7f)
              .setActiveNeuronRatioByLayer(List.of(0.6f, 0.8f))
              .setWeightsReadRatio(0.9f)
              .setDecodeSeconds(0.1)
              .setLast(true)
              .build());
      pass(120);

      SparsityStats stats = sparsity.readValue();
      assertThat(stats.getModel()).isEqualTo(MODEL);
      assertThat(stats.getWindowStart()).isEqualTo(START);
      assertThat(stats.getWindowEnd()).isEqualTo(START.plusSeconds(60));
      assertThat(stats.getTokens()).isEqualTo(4);
      assertThat(stats.getRequests()).isEqualTo(1);
      assertThat(stats.getLowLoadTokens()).isEqualTo(2);
      assertThat(stats.getMediumLoadTokens()).isEqualTo(1);
      assertThat(stats.getHighLoadTokens()).isEqualTo(1);
      assertThat(stats.getReanalyses()).isEqualTo(2);
      assertThat(stats.getActiveNeuronRatio()).isCloseTo(0.4f, within(1e-6f));
      assertThat(stats.getWeightsReadRatio()).isCloseTo(0.6f, within(1e-6f));
      assertThat(stats.getActiveNeuronRatioByLayer().get(0)).isCloseTo(0.3f, within(1e-6f));
      assertThat(stats.getActiveNeuronRatioByLayer().get(1)).isCloseTo(0.5f, within(1e-6f));
      assertThat(stats.getTokensPerSecond()).isCloseTo(20f, within(1e-4f));
      assertThat(stats.getSurprisal().getP50()).isEqualTo(0.2f);
      assertThat(stats.getSurprisal().getP99()).isEqualTo(0.9f);
      assertThat(stats.getEntropy().getP50()).isEqualTo(0.1f);
      assertThat(stats.getLateRecords()).isZero();
    }

    @Test
    void comeOnceWhenEventTimeHasPassedTheGrace() {
      send(Telemetry.constant(10, 0.5f));
      pass(70);
      send(Telemetry.constant(7, 0.5f));
      pass(19);
      send(Telemetry.constant(7, 0.5f));
      pass(6);
      assertThat(sparsity.isEmpty()).isTrue();

      send(Telemetry.constant(7, 0.5f));
      pass(2);
      assertThat(sparsity.readValuesToList())
          .extracting(SparsityStats::getTokens)
          .containsExactly(10L);
      pass(10);
      assertThat(sparsity.isEmpty()).isTrue();
    }

    @Test
    void comeOnWallClockTimeWhenTheTopicIsIdle() {
      send(Telemetry.constant(10, 0.5f));
      pass(91);

      assertThat(sparsity.readValuesToList())
          .extracting(SparsityStats::getTokens)
          .containsExactly(10L);
    }

    @Test
    void holdRecordsThatComeOutOfOrderWithinTheGrace() {
      send(Telemetry.constant(10, 0.5f));
      pass(80);
      send(Telemetry.constant(5, 0.5f));
      telemetry.pipeInput("request", Telemetry.constant(3, 0.5f), START.plusSeconds(59));
      pass(120);

      assertThat(sparsity.readValuesToList())
          .extracting(SparsityStats::getTokens)
          .containsExactly(13L, 5L);
    }

    @Test
    void waitAfterAStartForTheRestOfABacklog() {
      telemetry.pipeInput("request", Telemetry.constant(10, 0.5f), START.minusSeconds(600));
      telemetry.pipeInput("request", Telemetry.constant(5, 0.5f), START.minusSeconds(300));
      pass(20);
      telemetry.pipeInput("request", Telemetry.constant(3, 0.5f), START.minusSeconds(600));
      pass(60);

      assertThat(sparsity.readValuesToList())
          .extracting(SparsityStats::getTokens, SparsityStats::getLateRecords)
          .containsExactly(tuple(13L, 0L), tuple(5L, 0L));
    }

    @Test
    void countLateRecordsInTheNextWindowOnly() {
      send(Telemetry.constant(10, 0.5f));
      pass(120);
      telemetry.pipeInput("request", Telemetry.constant(3, 0.5f), START.plusSeconds(10));
      telemetry.pipeInput("request", Telemetry.constant(4, 0.5f), START.plusSeconds(20));
      send(Telemetry.constant(7, 0.5f));
      pass(120);

      assertThat(sparsity.readValuesToList())
          .extracting(SparsityStats::getTokens, SparsityStats::getLateRecords)
          .containsExactly(tuple(10L, 0L), tuple(7L, 2L));
    }

    @Test
    void areNotClosedByAClockThatIsAhead() {
      send(Telemetry.constant(10, 0.5f));
      telemetry.pipeInput("request", Telemetry.constant(5, 0.5f), START.plusSeconds(86_400));
      pass(30);
      send(Telemetry.constant(3, 0.5f));
      pass(120);

      assertThat(sparsity.readValuesToList())
          .extracting(SparsityStats::getTokens, SparsityStats::getLateRecords)
          .containsExactly(tuple(18L, 0L));
    }

    @Test
    void sayNotANumberWhereNothingWasMeasured() {
      send(Telemetry.of(List.of()).setLast(true).build());
      pass(120);

      SparsityStats stats = sparsity.readValue();
      assertThat(stats.getRequests()).isEqualTo(1);
      assertThat(stats.getSurprisal().getP70()).isNaN();
    }
  }

  @Nested
  class MalformedTelemetry {
    @Test
    void thatCannotBeDecodedGoesToTheDeadLetters() {
      rawTelemetry.pipeInput("bad", "not avro".getBytes(StandardCharsets.UTF_8), START);
      send(Telemetry.constant(200, 0.5f));
      pass(5);

      TestRecord<String, byte[]> dead = deadLetters.readRecord();
      assertThat(dead.key()).isEqualTo("bad");
      assertThat(dead.value()).asString().isEqualTo("not avro");
      assertThat(dead.headers().lastHeader("__streams.errors.topic").value())
          .asString()
          .isEqualTo("clada.telemetry");
      assertThat(thresholds.readValue().getSamples()).isEqualTo(200);
    }

    @Test
    void thatMakesNoSenseGoesToTheDeadLetters() {
      send(Telemetry.of(List.of(0.5f, 0.5f)).setTokens(1).build());
      send(Telemetry.of(List.of()).setModel(" ").build());
      send(Telemetry.of(List.of(0.5f)).setActiveNeuronRatio(Float.NaN).build());
      send(Telemetry.constant(200, 0.5f));
      pass(5);

      assertThat(deadLetters.readRecordsToList())
          .extracting(
              dead ->
                  new String(
                      dead.headers().lastHeader("__streams.errors.message").value(),
                      StandardCharsets.UTF_8))
          .containsExactly(
              "telemetry: surprisals holds 2 values for 1 tokens",
              "telemetry: model is empty",
              "telemetry: active_neuron_ratio is NaN, not from 0 to 1");
      assertThat(thresholds.readValue().getSamples()).isEqualTo(200);
    }
  }

  @Test
  void storesHoldNothingOfOldTraffic() {
    for (int minute = 0; minute < 20; minute++) {
      send(Telemetry.constant(200, 0.5f));
      pass(60);
    }
    assertThat(entries(FleetThresholds.SLICES)).isEqualTo(5);
    pass(600);

    assertThat(entries(TelemetryFold.STORE)).isZero();
    assertThat(entries(WindowStats.WINDOWS)).isZero();
    assertThat(entries(FleetThresholds.SLICES)).isZero();
    assertThat(entries(WindowStats.PROGRESS)).isEqualTo(1);
    assertThat(entries(FleetThresholds.PUBLISHED)).isEqualTo(1);
  }

  private void send(LoadTelemetry value) {
    telemetry.pipeInput("request", value, now);
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      now = now.plusSeconds(1);
      driver.advanceWallClockTime(Duration.ofSeconds(1));
    }
  }

  private int entries(String store) {
    int entries = 0;
    try (KeyValueIterator<String, Object> all =
        driver.<String, Object>getKeyValueStore(store).all()) {
      while (all.hasNext()) {
        all.next();
        entries++;
      }
    }
    return entries;
  }
}
