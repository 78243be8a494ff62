package io.clada.topology;

import io.clada.schemas.Backbone;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import io.clada.schemas.serde.AvroSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the application does with telemetry, with its default settings: windows of one minute and 30
 * s of grace; thresholds every 5 s over 5 minutes, from 200 tokens on. In Kafka Streams' test
 * driver, with a clock that tests move.
 */
abstract class AggregationTopologyHarness {
  static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path stateDir;
  private TopologyTestDriver driver;
  TestInputTopic<String, LoadTelemetry> telemetry;
  TestInputTopic<String, byte[]> rawTelemetry;
  TestOutputTopic<String, SparsityStats> sparsity;
  TestInputTopic<String, NeuronUsage> neurons;
  TestInputTopic<String, Thresholds> orders;
  TestOutputTopic<String, Thresholds> thresholds;
  TestOutputTopic<String, Backbone> backbone;
  TestOutputTopic<String, byte[]> deadLetters;
  Instant now = START;

  @BeforeEach
  void start() {
    start(Known.NOTHING);
  }

  /** Settings that are not the default ones. */
  Map<String, String> settings() {
    return Map.of();
  }

  /** Begins anew, with empty stores. */
  final void restart(Known known) {
    driver.close();
    start(known);
  }

  private void start(Known known) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", "unused:9092");
    properties.put("schema.registry.url", "mock://topology-test");
    properties.put("state.dir", stateDir.toString());
    // The driver's producer forgets dead letters of an open transaction; AggregationAppTest has
    // them.
    properties.put("processing.guarantee", "at_least_once");
    properties.putAll(settings());
    TopologyConfig config = TopologyConfig.of(properties);
    Properties kafka = new Properties();
    kafka.putAll(config.kafka());
    TopologyMetrics metrics = new TopologyMetrics(new SimpleMeterRegistry());
    driver = new TopologyTestDriver(AggregationTopology.of(config, known, metrics), kafka, now);
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
    neurons =
        driver.createInputTopic(
            "clada.neurons", new StringSerializer(), serdes.values(NeuronUsage.class).serializer());
    orders =
        driver.createInputTopic(
            "clada.thresholds",
            new StringSerializer(),
            serdes.values(Thresholds.class).serializer());
    backbone =
        driver.createOutputTopic(
            "clada.backbone",
            new StringDeserializer(),
            serdes.values(Backbone.class).deserializer());
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

  final void send(LoadTelemetry value) {
    telemetry.pipeInput("request", value, now);
  }

  final void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      now = now.plusSeconds(1);
      driver.advanceWallClockTime(Duration.ofSeconds(1));
    }
  }

  /** In one step, for long times. */
  final void advance(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  final int entries(String store) {
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
