package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.engine.Backbone;
import io.clada.engine.BatchEngine;
import io.clada.engine.CladaModel;
import io.clada.engine.Engine;
import io.clada.engine.EngineOptions;
import io.clada.engine.GenerationSpec;
import io.clada.engine.LoadProgress;
import io.clada.engine.ModelOptions;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.Mode;
import io.clada.schemas.Thresholds;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import io.clada.topology.AggregationApp;
import io.clada.topology.TopologyConfig;
import io.clada.worker.Worker;
import io.clada.worker.WorkerConfig;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole circle over a real broker: a worker with the demo model makes telemetry, the topology
 * makes thresholds and a backbone of it, and the worker's next requests have them.
 */
final class ClosedLoopTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Topics TOPICS = new Topics("clada");
  private static final AvroSerdes SERDES =
      new AvroSerdes(Map.of("schema.registry.url", "mock://closed-loop"));

  /** What the engine was given, in order. */
  private final List<GenerationSpec> submitted = new CopyOnWriteArrayList<>();

  @TempDir private Path folder;
  private EmbeddedKafka kafka;
  private KafkaProducer<byte[], byte[]> producer;
  private AggregationApp topology;
  private Engine engine;
  private Worker worker;
  private int posted;

  @BeforeEach
  void start() throws InterruptedException {
    Logging.interactive();
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    ModelOptions sparse = new ModelOptions("cpu", "float32", false, true, LoadProgress.NONE);
    engine =
        new BatchEngine(CladaModel.load(TestConsole.DEMO_MODEL, sparse), EngineOptions.DEFAULT);
    worker = new Worker(WorkerConfig.of(settings("worker")), listenedTo(engine));
    worker.start();
    topology = new AggregationApp(TopologyConfig.of(quick(settings("topology"))));
    topology.start();
    assertThat(topology.awaitRunning(PATIENCE)).isTrue();
    assertThat(worker.awaitRunning(PATIENCE)).isTrue();
  }

  @AfterEach
  void stop() {
    worker.close();
    topology.close();
    engine.close();
    producer.close();
    kafka.close();
  }

  @Test
  void trafficMovesThresholdsAndBackboneAndNewRequestsHaveThem() {
    try (Reading<Thresholds> thresholds = new Reading<>(TOPICS.thresholds(), Thresholds.class);
        Reading<LoadTelemetry> telemetry = new Reading<>(TOPICS.telemetry(), LoadTelemetry.class)) {
      Thresholds plain = postUntil(this::story, thresholds, version -> version.getSamples() > 0);
      Thresholds shifted =
          postUntil(
              this::randomWords,
              thresholds,
              version -> version.getSurprisal() > 1.5f * plain.getSurprisal());
      LoadTelemetry young =
          postUntil(
              this::story,
              telemetry,
              window ->
                  window.getFirstTokenIndex() == 0
                      && window.getThresholdsVersion() >= shifted.getVersion()
                      && window.getBackboneVersion() > 0);

      assertThat(shifted.getVersion()).isGreaterThan(plain.getVersion());
      Predicate<Thresholds> isPinned =
          version -> version.getVersion() == young.getThresholdsVersion();
      await().atMost(PATIENCE).until(() -> thresholds.anyAfter(0, isPinned));
      Thresholds pinned = thresholds.firstAfter(0, isPinned);
      assertThat(young.getSurprisalThreshold()).isEqualTo(pinned.getSurprisal());
      GenerationSpec spec =
          submitted.stream()
              .filter(each -> each.id().startsWith(young.getId() + "#"))
              .findFirst()
              .orElseThrow();
      assertThat(spec.thresholds().version()).isEqualTo(young.getThresholdsVersion());
      assertIsPriorOf(engine, spec.backbone());
    }
  }

  private static void assertIsPriorOf(Engine engine, Backbone backbone) {
    assertThat(backbone.layers()).hasSameSizeAs(engine.neurons());
    for (int layer = 0; layer < engine.neurons().size(); layer++) {
      float[] shares = backbone.layers().get(layer);
      assertThat(shares).hasSize(engine.neurons().get(layer));
      float sum = 0;
      for (float share : shares) {
        sum += share;
      }
      assertThat(sum).isCloseTo(1, within(1e-3f));
    }
  }

  /** Keeps posting, so that the horizon is never empty, until something like this is read. */
  private <T extends SpecificRecord> T postUntil(
      Runnable post, Reading<T> reading, Predicate<T> wanted) {
    int known = reading.size();
    await()
        .atMost(PATIENCE)
        .until(
            () -> {
              if (engine.size() < 4) {
                post.run();
              }
              return reading.anyAfter(known, wanted);
            });
    return reading.firstAfter(known, wanted);
  }

  private void story() {
    post("once upon a time there was a little dog", 0.5);
  }

  /** Of the model's own vocabulary, each as likely as it thinks them at its hottest. */
  private void randomWords() {
    post("rocket sad under the seven because blue", 2.0);
  }

  private void post(String prompt, double temperature) {
    GenerationRequest request =
        GenerationRequest.newBuilder()
            .setPrompt(prompt)
            .setMode(Mode.GRIFFIN)
            .setMaxNewTokens(40)
            .setTemperature(temperature)
            .setTopP(1.0)
            .setSeed((long) posted)
            .build();
    Serializer<GenerationRequest> values = SERDES.values(GenerationRequest.class).serializer();
    Future<RecordMetadata> unused =
        producer.send(
            new ProducerRecord<>(
                TOPICS.requests(),
                ("request-" + posted++).getBytes(StandardCharsets.UTF_8),
                values.serialize(TOPICS.requests(), request)));
  }

  private Engine listenedTo(Engine real) {
    return (Engine)
        Proxy.newProxyInstance(
            Engine.class.getClassLoader(),
            new Class<?>[] {Engine.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("submit")) {
                submitted.add((GenerationSpec) arguments[0]);
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Properties settings(String role) {
    Properties settings = new Properties();
    settings.setProperty("bootstrap.servers", kafka.bootstrapServers());
    settings.setProperty("schema.registry.url", "mock://closed-loop");
    settings.setProperty("clada.partitions", "2");
    settings.setProperty("clada.replication.factor", "1");
    settings.setProperty("state.dir", folder.resolve(role).toString());
    return settings;
  }

  /** A horizon of seconds, and a backbone from few requests. */
  private static Properties quick(Properties settings) {
    settings.setProperty("clada.slice.ms", "1000");
    settings.setProperty("clada.thresholds.horizon.ms", "5000");
    settings.setProperty("clada.thresholds.interval.ms", "200");
    settings.setProperty("clada.thresholds.min.samples", "100");
    settings.setProperty("clada.partials.interval.ms", "200");
    settings.setProperty("clada.backbone.partials.interval.ms", "200");
    settings.setProperty("clada.backbone.interval.ms", "500");
    settings.setProperty("clada.backbone.min.requests", "5");
    settings.setProperty("commit.interval.ms", "100");
    return settings;
  }

  /** All committed records of a topic, as they come. */
  private final class Reading<T extends SpecificRecord> implements AutoCloseable {
    private final String topic;
    private final Deserializer<T> values;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final List<T> all = new ArrayList<>();

    Reading(String topic, Class<T> type) {
      this.topic = topic;
      values = SERDES.values(type).deserializer();
      consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers",
                  kafka.bootstrapServers(),
                  "isolation.level",
                  "read_committed",
                  "auto.offset.reset",
                  "earliest"),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer());
      consumer.assign(List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1)));
    }

    int size() {
      return all.size();
    }

    boolean anyAfter(int known, Predicate<T> wanted) {
      consumer
          .poll(Duration.ofMillis(100))
          .forEach(record -> all.add(values.deserialize(topic, record.headers(), record.value())));
      return all.stream().skip(known).anyMatch(wanted);
    }

    T firstAfter(int known, Predicate<T> wanted) {
      return all.stream().skip(known).filter(wanted).findFirst().orElseThrow();
    }

    @Override
    public void close() {
      consumer.close();
    }
  }
}
