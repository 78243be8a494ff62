package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.embedded.RegistryServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker that is there before those it needs. */
class StartupTest {
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir Path state;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  @Test
  void waitsForABrokerAndCountsItsLooks() throws Exception {
    int port = freePort();
    try (Worker worker = worker("127.0.0.1:" + port, Map.of())) {
      CompletableFuture<Void> started = CompletableFuture.runAsync(worker::start);
      await().atMost(SOON).until(() -> retries("broker") >= 1);
      assertThat(worker.isAlive()).isTrue();
      assertThat(worker.whyNotReady()).contains("broker");

      try (EmbeddedKafka kafka = kafkaOn(port)) {
        started.get(60, TimeUnit.SECONDS);
        assertThat(worker.awaitRunning(SOON)).isTrue();
        worker.close();
      }
    }
  }

  @Test
  void waitsForTheRegistry() throws Exception {
    int port = freePort();
    String url = "http://127.0.0.1:" + port;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        Worker worker =
            worker(
                kafka.bootstrapServers(), Map.of("schema.registry.url", url, "max.retries", "0"))) {
      CompletableFuture<Void> started = CompletableFuture.runAsync(worker::start);
      await().atMost(SOON).until(() -> retries("registry") >= 1);

      try (RegistryServer server = RegistryServer.start(port)) {
        started.get(60, TimeUnit.SECONDS);
        assertThat(worker.awaitRunning(SOON)).isTrue();
      }
    }
  }

  @Test
  void givesUpInOneLineThatNamesTheSetting() throws Exception {
    String nobody = "127.0.0.1:" + freePort();
    try (Worker worker = worker(nobody, Map.of("clada.startup.timeout.ms", "500"))) {
      assertThatThrownBy(worker::start)
          .isInstanceOf(WorkerException.class)
          .hasMessageContaining("bootstrap.servers: no broker answers at " + nobody)
          .message()
          .hasLineCount(1);
      assertThat(worker.isAlive()).isFalse();
    }
  }

  @Test
  void closingEndsTheWait() throws Exception {
    Worker worker = worker("127.0.0.1:" + freePort(), Map.of());
    CompletableFuture<Void> started = CompletableFuture.runAsync(worker::start);
    await().atMost(SOON).until(() -> retries("broker") >= 1);

    worker.close();

    assertThatThrownBy(() -> started.get(60, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(WorkerException.class);
  }

  private Worker worker(String bootstrapServers, Map<String, String> more) {
    Properties properties = WorkerProcess.properties(bootstrapServers, state);
    properties.putAll(more);
    return new Worker(WorkerConfig.of(properties), new ScriptedEngine(), registry, Tracing.off());
  }

  private double retries(String of) {
    var counter = registry.find("clada.start.retries").tag("for", of).counter();
    return counter == null ? 0 : counter.count();
  }

  static EmbeddedKafka kafkaOn(int port) {
    return EmbeddedKafka.start(new EmbeddedKafka.Options(null, port, Map.of()));
  }

  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
