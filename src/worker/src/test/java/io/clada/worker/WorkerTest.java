package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static io.clada.worker.WorkerHarness.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.engine.FinishReason;
import io.clada.engine.GenerationSpec;
import io.clada.schemas.Backbone;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker over real Kafka. */
class WorkerTest {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static EmbeddedKafka kafka;

  @TempDir Path state;

  @BeforeAll
  static void startKafka() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
  }

  @AfterAll
  static void stopKafka() {
    kafka.close();
  }

  @Test
  void answersEveryRequestWithExactlyOneTerminalEvent() {
    ScriptedEngine engine = new ScriptedEngine();
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Worker worker = new Worker(config(), engine, registry, Tracing.off());
        Traffic traffic = new Traffic(kafka.bootstrapServers())) {
      worker.start();
      traffic.listen(2);
      for (int i = 0; i < 8; i++) {
        traffic.post("good" + i, request(20));
      }
      traffic.post("invalid", request(0));
      traffic.raw("garbage", utf8("not Avro"));
      traffic.post("cancelled", prompt("endless"));
      await().atMost(SOON).until(() -> engine.size() == 9);
      try (Pace pace = Pace.of(engine, Duration.ofMillis(5))) {
        await().atMost(SOON).until(() -> !traffic.tokens("cancelled").isEmpty());
        traffic.cancel("cancelled");
        await().atMost(SOON).until(() -> traffic.ended() == 11);
      }

      assertThat(worker.isRunning()).isTrue();
      for (int i = 0; i < 8; i++) {
        assertThat(traffic.tokens("good" + i))
            .extracting(TokenEvent::getTokenIndex)
            .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
      }
      assertThat(finish(traffic, "good0")).isEqualTo(Finish.LENGTH);
      assertThat(finish(traffic, "invalid")).isEqualTo(Finish.INVALID);
      assertThat(finish(traffic, "garbage")).isEqualTo(Finish.INVALID);
      assertThat(finish(traffic, "cancelled")).isEqualTo(Finish.CANCELLED);
      assertThat(traffic.deadLetters()).hasSize(1);
      assertThat(traffic.deadLetters().get(0).key()).isEqualTo(utf8("garbage"));
      assertThat(registry.get("clada.requests").tag("finish", "length").counter().count())
          .isEqualTo(8);
      assertThat(registry.getMeters())
          .as("Kafka Streams' own metrics")
          .anyMatch(meter -> meter.getId().getName().startsWith("kafka.stream."));
    }
  }

  @Test
  void storesThatLayIdleAreReadAnew() throws Exception {
    Path tasks = state.resolve("clada-worker");
    String before = identityAfterARun(tasks);
    String after = identityAfterARun(tasks);
    assertThat(after).as("a store that was used just now").isEqualTo(before);
    List<Path> all;
    try (Stream<Path> walked = Files.walk(tasks)) {
      all = walked.toList();
    }
    for (Path path : all) {
      Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    }

    assertThat(identityAfterARun(tasks)).isNotEqualTo(before);
  }

  /** Of a store of RocksDB, which it has from the day on which it was made. */
  private String identityAfterARun(Path tasks) throws Exception {
    try (Worker worker = new Worker(config(), new ScriptedEngine())) {
      worker.start();
      await().atMost(SOON).until(worker::isRunning);
    }
    return Files.readString(tasks.resolve("0_0/rocksdb/progress/IDENTITY"));
  }

  @Test
  void pinsWhatTheFleetLearnedAndSkipsWhatMakesNoSense() {
    ScriptedEngine engine = new ScriptedEngine();
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    try (Traffic traffic = new Traffic(kafka.bootstrapServers())) {
      try (Worker topics = new Worker(config(), engine)) {
        topics.start();
      }
      traffic.publish(
          "clada.thresholds",
          ScriptedEngine.MODEL,
          Thresholds.class,
          Thresholds.newBuilder()
              .setModel(ScriptedEngine.MODEL)
              .setVersion(3)
              .setSurprisal(0.25f)
              .setEntropy(0.5f)
              .setComputedAt(Instant.EPOCH)
              .build());
      traffic.send("clada.thresholds", ScriptedEngine.MODEL, utf8("not Avro"));
      publish(traffic, "scripted/0", layer(0, 6, 4));
      publish(traffic, "scripted/0", layer(0, 7, 5));
      publish(traffic, "scripted/1", layer(1, 7, 4));
      publish(traffic, "another/0", layer(0, 7, 4));
      traffic.send("clada.backbone", "scripted/0", utf8("not Avro"));
      try (Worker worker = new Worker(config(), engine, registry, Tracing.off())) {
        worker.start();
        traffic.post("pinned", prompt("Once"));
        await()
            .atMost(SOON)
            .until(
                () ->
                    engine.submitted().stream().anyMatch(spec -> spec.id().startsWith("pinned#")));

        GenerationSpec pinned = engine.submitted().get(engine.submitted().size() - 1);
        assertThat(pinned.thresholds())
            .isEqualTo(new io.clada.engine.FleetThresholds(3, 0.25, 0.5, 0));
        assertThat(pinned.backbone().version()).isEqualTo(6);
        assertThat(registry.get("clada.fleet.thresholds.version").gauge().value()).isEqualTo(3);
        assertThat(registry.get("clada.fleet.backbone.version").gauge().value()).isEqualTo(6);
        assertThat(registry.get("clada.fleet.backbone.age").gauge().value()).isBetween(0., 600.);
        assertThat(skipped(registry, "clada.thresholds")).isEqualTo(1);
        assertThat(skipped(registry, "clada.backbone")).isEqualTo(4);
      }
    }
  }

  @Test
  void spreadsTheNeuronsOfALargeModelOverRecordsThatABrokerTakes() {
    ScriptedEngine engine = new ScriptedEngine();
    engine.energy(Collections.nCopies(80, new float[28_672]));
    try (Worker worker = new Worker(config(), engine);
        Traffic traffic = new Traffic(kafka.bootstrapServers())) {
      worker.start();
      traffic.listen(2);
      traffic.post("large", prompt("Once"));
      await()
          .atMost(SOON)
          .until(
              () -> engine.submitted().stream().anyMatch(spec -> spec.id().startsWith("large#")));
      engine.last("large", FinishReason.STOP);
      await()
          .atMost(SOON)
          .until(
              () -> traffic.tokens("large").stream().anyMatch(event -> event.getFinish() != null));

      int next = 0;
      for (NeuronUsage usage : traffic.neurons("large")) {
        assertThat(usage.getFirstLayer()).isEqualTo(next);
        next += usage.getLayers().size();
      }
      assertThat(next).isEqualTo(80);
      assertThat(worker.isRunning()).isTrue();
    }
  }

  @Test
  void diesWithItsEngine() {
    ScriptedEngine engine = new ScriptedEngine();
    try (Worker worker = new Worker(config(), engine)) {
      worker.start();
      await().atMost(SOON).until(worker::isRunning);
      engine.die();

      assertThatThrownBy(worker::awaitTermination)
          .isInstanceOf(WorkerException.class)
          .hasMessageContaining("engine has died");
      assertThat(worker.isRunning()).isFalse();
    }
  }

  @Test
  void saysInOneLineThatNoBrokerAnswers() {
    Properties properties = WorkerProcess.properties("127.0.0.1:1", state);
    properties.setProperty("clada.startup.timeout.ms", "500");
    try (Worker worker = new Worker(WorkerConfig.of(properties), new ScriptedEngine())) {
      assertThatThrownBy(worker::start)
          .isInstanceOf(WorkerException.class)
          .hasMessageContaining("bootstrap.servers: no broker answers at 127.0.0.1:1")
          .message()
          .hasLineCount(1);
    }
  }

  private static void publish(Traffic traffic, String key, Backbone layer) {
    traffic.publish("clada.backbone", key, Backbone.class, layer);
  }

  private static Backbone layer(int number, long version, int neurons) {
    byte[] levels = new byte[neurons];
    levels[0] = 1;
    return Backbone.newBuilder()
        .setModel(ScriptedEngine.MODEL)
        .setLayer(number)
        .setVersion(version)
        .setScale(0.5f)
        .setLevels(ByteBuffer.wrap(levels))
        .setComputedAt(Instant.now())
        .build();
  }

  private static double skipped(SimpleMeterRegistry registry, String topic) {
    return registry.get("clada.fleet.records.skipped").tag("topic", topic).counter().count();
  }

  private WorkerConfig config() {
    return WorkerConfig.of(WorkerProcess.properties(kafka.bootstrapServers(), state));
  }

  private static GenerationRequest request(int maxNewTokens) {
    return GenerationRequest.newBuilder().setPrompt("Once").setMaxNewTokens(maxNewTokens).build();
  }

  private static Finish finish(Traffic traffic, String id) {
    var tokens = traffic.tokens(id);
    return tokens.get(tokens.size() - 1).getFinish();
  }
}
