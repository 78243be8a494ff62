package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.engine.FinishReason;
import io.clada.schemas.GenerationRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a worker over real Kafka gives tokens away, and what its brokers can refuse. */
class TransactionTest {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final String GROUP = "clada-worker";
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

  /** The stream thread waits for requests meanwhile, and would for ten seconds each time. */
  @Test
  void aTokenIsOnItsWayAsSoonAsItIsMade() {
    ScriptedEngine engine = new ScriptedEngine();
    Properties waiting = WorkerProcess.properties(kafka.bootstrapServers(), state);
    waiting.setProperty("poll.ms", "10000");
    try (Worker worker = new Worker(WorkerConfig.of(waiting), engine);
        Traffic traffic = new Traffic(kafka.bootstrapServers())) {
      worker.start();
      traffic.listen(2);
      traffic.post("slow", request(5));
      awaitSubmitted(engine, "slow");
      Instant began = Instant.now();
      for (int i = 1; i <= 5; i++) {
        int tokens = i;
        engine.tokens("slow", 1);
        await().atMost(SOON).until(() -> traffic.tokens("slow").size() == tokens);
      }

      assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(10));
      engine.last("slow", FinishReason.STOP);
    }
  }

  /**
   * Else brokers would also take it of a worker that slept while its requests went on elsewhere.
   */
  @Test
  void aTransactionNamesAnOffsetThoughNoRequestWasReadSinceTheWorkerBegan() throws Exception {
    try (Traffic traffic = new Traffic(kafka.bootstrapServers());
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      ScriptedEngine first = new ScriptedEngine();
      try (Worker worker = new Worker(config(), first)) {
        worker.start();
        traffic.listen(2);
        traffic.post("resumed", request(5));
        awaitSubmitted(first, "resumed");
      }
      Map<TopicPartition, OffsetAndMetadata> plain = new HashMap<>(offsets(admin));
      plain.replaceAll((partition, offset) -> new OffsetAndMetadata(offset.offset()));
      admin.alterConsumerGroupOffsets(GROUP, plain).all().get();

      ScriptedEngine second = new ScriptedEngine();
      try (Worker worker = new Worker(config(), second)) {
        worker.start();
        awaitSubmitted(second, "resumed");
        second.last("resumed", FinishReason.STOP);
        await().atMost(SOON).until(() -> !traffic.tokens("resumed").isEmpty());

        await()
            .atMost(Duration.ofSeconds(20))
            .until(() -> offsets(admin).values().stream().anyMatch(o -> !o.metadata().isEmpty()));
      }
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(Admin admin) throws Exception {
    return admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata().get();
  }

  /** Requests that other tests left are at the engine as well. */
  private static void awaitSubmitted(ScriptedEngine engine, String id) {
    await()
        .atMost(SOON)
        .until(() -> engine.submitted().stream().anyMatch(spec -> spec.id().startsWith(id + "#")));
  }

  private WorkerConfig config() {
    return WorkerConfig.of(WorkerProcess.properties(kafka.bootstrapServers(), state));
  }

  private static GenerationRequest request(int maxNewTokens) {
    return GenerationRequest.newBuilder().setPrompt("Once").setMaxNewTokens(maxNewTokens).build();
  }
}
