package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.GenerationRequest;
import io.clada.service.OpsServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scraper and an orchestrator see of a worker over real Kafka. */
class WorkerHealthTest {
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir Path state;

  @Test
  void tellsMetricsAndHealthFromTheStartToTheEnginesDeath() throws Exception {
    ScriptedEngine engine = new ScriptedEngine();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        OpsServer ops = OpsServer.bind("127.0.0.1", 0).start();
        Traffic traffic = new Traffic(kafka.bootstrapServers());
        Worker worker =
            new Worker(
                WorkerConfig.of(WorkerProcess.properties(kafka.bootstrapServers(), state)),
                engine,
                ops.registry(),
                Tracing.off())) {
      ops.serve(worker);
      assertThat(get(ops, "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(ops, "/health/ready").statusCode()).isEqualTo(503);

      worker.start();
      assertThat(worker.awaitRunning(SOON)).isTrue();
      assertThat(get(ops, "/health/ready").statusCode()).isEqualTo(200);

      traffic.listen(2);
      traffic.post(
          "one", GenerationRequest.newBuilder().setPrompt("Once").setMaxNewTokens(20).build());
      await().atMost(SOON).until(() -> engine.size() == 1);
      try (Pace pace = Pace.of(engine, Duration.ofMillis(1))) {
        await().atMost(SOON).until(() -> traffic.ended() == 1);
      }
      assertThat(get(ops, "/metrics").body())
          .contains("clada_tokens_total{load=\"medium\",mode=\"clada\"} 20.0")
          .containsPattern("gen_ai_server_time_to_first_token_seconds_count\\{.*} 1\n")
          .contains("clada_queue_length{class=\"normal\"} 0.0")
          .contains("kafka_stream_")
          .contains("jvm_memory_used_bytes");

      engine.die();
      assertThat(get(ops, "/health/live").statusCode()).isEqualTo(503);
      assertThat(get(ops, "/health/ready").statusCode()).isEqualTo(503);
    }
  }

  private static HttpResponse<String> get(OpsServer ops, String path)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + ops.port() + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }
}
