package io.clada.worker;

import io.clada.engine.FleetThresholds;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The worker's topology in the test's own thread and time. Everything that it commits is kept over
 * restarts, in the order of the topics.
 */
final class WorkerHarness implements AutoCloseable {
  static final long SEED = 77;
  static final int MAX_QUEUED = 3;

  private static final Duration DRAIN = Duration.ofMillis(5);
  private static final Topics TOPICS = new Topics("clada");

  final ScriptedEngine engine = new ScriptedEngine();
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final List<TestRecord<String, TokenEvent>> tokens = new ArrayList<>();
  final List<TestRecord<String, LoadTelemetry>> telemetry = new ArrayList<>();
  final List<TestRecord<String, NeuronUsage>> neurons = new ArrayList<>();
  final List<TestRecord<byte[], byte[]>> deadLetters = new ArrayList<>();
  final Map<String, NavigableMap<Bytes, byte[]>> stores = new HashMap<>();
  final Dependencies dependencies;

  private final Map<String, Object> config = new HashMap<>();
  private final AvroSerdes serdes;
  private FleetThresholds thresholds = FleetThresholds.DEFAULT;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private TopologyTestDriver driver;

  WorkerHarness() {
    this(OpenTelemetry.noop());
  }

  WorkerHarness(OpenTelemetry telemetry) {
    AtomicLong epochs = new AtomicLong();
    dependencies =
        new Dependencies(
            engine,
            () -> thresholds,
            () -> SEED,
            epochs::incrementAndGet,
            new WorkerMetrics(registry, ScriptedEngine.MODEL),
            new RequestTraces(telemetry),
            MAX_QUEUED,
            DRAIN);
    config.putAll(StreamsDefaults.of("clada", 1));
    config.put("bootstrap.servers", "unused:9092");
    config.put("schema.registry.url", "mock://worker-harness");
    serdes = new AvroSerdes(config);
    driver = driver();
  }

  void request(String id, GenerationRequest request) {
    request(id, request, new RecordHeaders());
  }

  void request(String id, GenerationRequest request, Headers headers) {
    byte[] value =
        serdes
            .values(GenerationRequest.class)
            .serializer()
            .serialize(TOPICS.requests(), headers, request);
    raw(utf8(id), value, headers);
  }

  void cancel(String id) {
    raw(utf8(id), null, new RecordHeaders());
  }

  /** Any bytes on the requests' topic. */
  void raw(byte[] key, byte[] value, Headers headers) {
    driver
        .createInputTopic(TOPICS.requests(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(key, value, headers, now));
    collect();
  }

  /** Lets the punctuator run once, if it is scheduled. */
  void drain() {
    pass(DRAIN);
  }

  void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
    collect();
  }

  /** The task is closed and its next owner takes it up. */
  void restart() {
    driver.close();
    driver = driver();
  }

  void thresholds(FleetThresholds latest) {
    thresholds = latest;
  }

  List<TokenEvent> tokens(String id) {
    return tokens.stream().filter(r -> r.key().equals(id)).map(TestRecord::value).toList();
  }

  double queueLength() {
    return registry.get("clada.queue.length").gauges().stream().mapToDouble(Gauge::value).sum();
  }

  @Override
  public void close() {
    driver.close();
  }

  static GenerationRequest prompt(String prompt) {
    return GenerationRequest.newBuilder().setPrompt(prompt).build();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private TopologyTestDriver driver() {
    Properties properties = new Properties();
    properties.putAll(config);
    return new TopologyTestDriver(
        WorkerTopology.build(
            TOPICS,
            serdes,
            dependencies,
            name -> SharedStore.supplier(name, stores.computeIfAbsent(name, n -> new TreeMap<>()))),
        properties,
        now);
  }

  private void collect() {
    tokens.addAll(read(TOPICS.tokens(), TokenEvent.class));
    telemetry.addAll(read(TOPICS.telemetry(), LoadTelemetry.class));
    neurons.addAll(read(TOPICS.neurons(), NeuronUsage.class));
    deadLetters.addAll(
        driver
            .createOutputTopic(
                TOPICS.deadLetter(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .readRecordsToList());
  }

  private <T extends SpecificRecord> List<TestRecord<String, T>> read(String topic, Class<T> type) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), serdes.values(type).deserializer())
        .readRecordsToList();
  }
}
