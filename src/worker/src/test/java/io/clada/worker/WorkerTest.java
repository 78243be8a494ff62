package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static io.clada.worker.WorkerHarness.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker over real Kafka. */
class WorkerTest {
  private static final Duration SOON = Duration.ofSeconds(60);
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
  void pinsTheFleetsThresholdsAndSkipsWhatItCannotRead() {
    ScriptedEngine engine = new ScriptedEngine();
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
      try (Worker worker = new Worker(config(), engine)) {
        worker.start();
        traffic.post("pinned", prompt("Once"));
        await()
            .atMost(SOON)
            .until(
                () ->
                    engine.submitted().stream().anyMatch(spec -> spec.id().startsWith("pinned#")));

        assertThat(engine.submitted().get(engine.submitted().size() - 1).thresholds())
            .isEqualTo(new io.clada.engine.FleetThresholds(3, 0.25, 0.5, 0));
      }
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
