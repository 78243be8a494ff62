package io.clada.worker;

import io.clada.engine.FleetThresholds;
import io.clada.schemas.Backbone;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import io.clada.service.Settings;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/**
 * The worker's topology in the test's own thread and time, with workers that come, stop and crash.
 * Everything that is committed outlives them, in the order of the topics; every step is committed,
 * unless the test does that itself.
 */
final class WorkerHarness implements AutoCloseable {
  static final long SEED = 77;
  static final int MAX_QUEUED = 3;

  private static final Duration DRAIN = Duration.ofMillis(5);
  private static final Topics TOPICS = new Topics("clada");

  final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  final List<TestRecord<String, TokenEvent>> tokens = new ArrayList<>();
  final List<TestRecord<String, LoadTelemetry>> telemetry = new ArrayList<>();
  final List<TestRecord<String, NeuronUsage>> neurons = new ArrayList<>();
  final List<TestRecord<byte[], byte[]>> deadLetters = new ArrayList<>();

  /** Of the worker that lives now. */
  List<ScriptedEngine> engines = List.of();

  ScriptedEngine engine = new ScriptedEngine();

  private final Durables durables = new Durables();
  private final Durables.Topic<TestRecord<String, TokenEvent>> tokenTopic = durables.topic(tokens);
  private final Durables.Topic<TestRecord<String, LoadTelemetry>> telemetryTopic =
      durables.topic(telemetry);
  private final Durables.Topic<TestRecord<String, NeuronUsage>> neuronTopic =
      durables.topic(neurons);
  private final Durables.Topic<TestRecord<byte[], byte[]>> deadLetterTopic =
      durables.topic(deadLetters);
  private final List<TestRecord<byte[], byte[]>> uncommittedInput = new ArrayList<>();
  private final Map<String, byte[]> posted = new HashMap<>();

  private final Properties given = new Properties();
  private final Map<String, Object> config = new HashMap<>();
  private final AvroSerdes serdes;
  private final AtomicLong epochs = new AtomicLong();
  private final Commits commits = new Commits(Duration.ofMillis(25));
  private final WorkerMetrics metrics = new WorkerMetrics(registry);
  private final CheckMarks checks = checks();
  private final Set<String> lost = new HashSet<>();
  private final OpenTelemetry spans;
  private final int slots;
  private final List<String> models;
  private final List<Backbone> backboneTopic = new ArrayList<>();
  private boolean commitsByItself = true;
  private FleetThresholds thresholds = FleetThresholds.DEFAULT;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private String worker = "";
  private int workers;
  private Dependencies dependencies;
  private TopologyTestDriver driver;

  WorkerHarness() {
    this(Map.of());
  }

  WorkerHarness(OpenTelemetry spans) {
    this(Map.of(), 32, List.of(ScriptedEngine.MODEL), spans);
  }

  /**
   * @param settings over those of a worker
   */
  WorkerHarness(Map<String, String> settings) {
    this(settings, 32, List.of(ScriptedEngine.MODEL));
  }

  /**
   * @param slots of each engine
   * @param models one engine each
   */
  WorkerHarness(Map<String, String> settings, int slots, List<String> models) {
    this(settings, slots, models, OpenTelemetry.noop());
  }

  private WorkerHarness(
      Map<String, String> settings, int slots, List<String> models, OpenTelemetry spans) {
    this.spans = spans;
    this.slots = slots;
    this.models = models;
    given.setProperty("bootstrap.servers", "unused:9092");
    given.setProperty("schema.registry.url", "mock://worker-harness");
    given.setProperty("clada.max.queued.requests", String.valueOf(MAX_QUEUED));
    given.putAll(settings);
    config.putAll(WorkerConfig.of(given).kafka());
    serdes = new AvroSerdes(config);
    startWorker();
    driver = driver();
  }

  /** The engine gets the request, too, if it is its turn. */
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

  /** A tombstone that was made at that time. */
  void cancel(String id, Instant createdAt) {
    input(new TestRecord<>(utf8(id), null, new RecordHeaders(), createdAt));
  }

  /** Any bytes on the requests' topic. */
  void raw(byte[] key, byte[] value, Headers headers) {
    input(new TestRecord<>(key, value, headers, now));
  }

  /** The bytes under a key that were posted last. */
  byte[] posted(String id) {
    return posted.get(id);
  }

  private void input(TestRecord<byte[], byte[]> record) {
    uncommittedInput.add(record);
    if (record.key() != null) {
      posted.put(new String(record.key(), StandardCharsets.UTF_8), record.value());
    }
    pipe(record);
    if (commitsByItself) {
      drain();
    }
  }

  private void pipe(TestRecord<byte[], byte[]> record) {
    driver
        .createInputTopic(TOPICS.requests(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(record);
    collect();
  }

  /** Lets the punctuator run, if it is scheduled, twice: what one records the next hands over. */
  void drain() {
    pass(DRAIN);
    pass(DRAIN);
  }

  void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
    collect();
  }

  /** From now on the test commits. */
  void commitByHand() {
    commitsByItself = false;
  }

  void commit() {
    durables.commit();
    uncommittedInput.clear();
    commits.committed();
  }

  /** The task is closed and taken up again while its worker lives on, as in a rebalance. */
  void restart() {
    commit();
    driver.close();
    driver = driver();
  }

  /** The worker stops in good order, and another one takes over. */
  void stop() {
    dependencies.departure().begin();
    drain();
    commit();
    driver.close();
    lost.add(worker);
    startWorker();
    driver = driver();
  }

  /** The worker's process dies, and another one takes over. */
  void crash() {
    closeCrashed();
    durables.crash();
    takeOverCrashed();
  }

  void crashWithoutTransactions(Random random) {
    closeCrashed();
    durables.crashWithoutTransactions(random);
    takeOverCrashed();
  }

  private void closeCrashed() {
    driver.close(); // writes nothing
    lost.add(worker);
  }

  private void takeOverCrashed() {
    startWorker();
    driver = driver();
    List<TestRecord<byte[], byte[]>> again = List.copyOf(uncommittedInput);
    again.forEach(this::pipe);
  }

  void thresholds(FleetThresholds latest) {
    thresholds = latest;
  }

  /** Published, for the worker that lives now and those after it. */
  void backbone(Backbone layer) {
    backboneTopic.add(layer);
    add(dependencies.backbones(), layer);
  }

  /** Of each layer only the newest version is left in the topic. */
  void compactBackbones() {
    Map<Integer, Backbone> newest = new TreeMap<>();
    backboneTopic.forEach(layer -> newest.put(layer.getLayer(), layer));
    backboneTopic.retainAll(newest.values());
  }

  private static void add(Backbones backbones, Backbone layer) {
    backbones.add(layer.getModel() + "/" + layer.getLayer(), layer);
  }

  Instant now() {
    return now;
  }

  List<TokenEvent> tokens(String id) {
    return tokens.stream().filter(r -> r.key().equals(id)).map(TestRecord::value).toList();
  }

  TokenEvent last(String id) {
    List<TokenEvent> all = tokens(id);
    return all.get(all.size() - 1);
  }

  double queueLength() {
    return registry.get("clada.queue.length").gauges().stream().mapToDouble(Gauge::value).sum();
  }

  /** Entries that a store holds. */
  Map<?, byte[]> store(String name) {
    return durables.stores.get(name);
  }

  /** Whether anything is kept of a request that is queued or running. */
  boolean keepsNothingButFinished() {
    return durables.stores.entrySet().stream()
        .allMatch(
            entry -> entry.getKey().equals(FinishedRequests.NAME) || entry.getValue().isEmpty());
  }

  @Override
  public void close() {
    driver.close();
    checks.close();
  }

  private static CheckMarks checks() {
    try {
      Path file = Files.createTempFile("clada", ".checks");
      file.toFile().deleteOnExit();
      return CheckMarks.open(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static GenerationRequest prompt(String prompt) {
    return GenerationRequest.newBuilder().setPrompt(prompt).build();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void startWorker() {
    worker = "worker-" + workers++;
    engines = models.stream().map(model -> new ScriptedEngine(model, slots)).toList();
    engine = engines.get(0);
    AdmissionSettings admission = AdmissionSettings.of(new Settings(given));
    Backbones backbones = new Backbones(new Engines(List.copyOf(engines)), metrics);
    backboneTopic.forEach(layer -> add(backbones, layer));
    String self = worker;
    Fleet fleet =
        new Fleet() {
          @Override
          public String self() {
            return self;
          }

          @Override
          public boolean hasLost(String name) {
            return lost.contains(name);
          }
        };
    dependencies =
        new Dependencies(
            new Engines(List.copyOf(engines)),
            new Scheduler(
                List.copyOf(engines), admission.tenantWeights(), admission.tenantTokensPerMinute()),
            model -> thresholds,
            backbones,
            () -> SEED,
            epochs::incrementAndGet,
            commits,
            new Bells(),
            fleet,
            new Departure(),
            checks,
            metrics,
            new RequestTraces(spans),
            admission,
            WorkerConfig.of(given).isExactlyOnce());
  }

  private TopologyTestDriver driver() {
    Properties properties = new Properties();
    properties.putAll(config);
    return new TopologyTestDriver(
        WorkerTopology.build(
            TOPICS,
            serdes,
            dependencies,
            name -> SharedStore.supplier(name, () -> durables.store(name))),
        properties,
        now);
  }

  private void collect() {
    tokenTopic.write(read(TOPICS.tokens(), TokenEvent.class));
    telemetryTopic.write(read(TOPICS.telemetry(), LoadTelemetry.class));
    neuronTopic.write(read(TOPICS.neurons(), NeuronUsage.class));
    deadLetterTopic.write(
        driver
            .createOutputTopic(
                TOPICS.deadLetter(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
            .readRecordsToList());
    if (commitsByItself) {
      commit();
    }
  }

  private <T extends SpecificRecord> List<TestRecord<String, T>> read(String topic, Class<T> type) {
    return driver
        .createOutputTopic(topic, new StringDeserializer(), serdes.values(type).deserializer())
        .readRecordsToList();
  }
}
