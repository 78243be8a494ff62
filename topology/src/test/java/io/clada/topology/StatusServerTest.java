package io.clada.topology;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an instance tells over HTTP while it runs. */
@Timeout(value = 900, unit = SECONDS)
class StatusServerTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @TempDir static Path folder;
  private static EmbeddedKafka kafka;
  private static StatusServer server;
  private static AggregationApp app;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    Fleet fleet = new Fleet(kafka.bootstrapServers(), "status", folder);
    Properties settings = fleet.settings();
    settings.put("clada.thresholds.interval.ms", "500");
    settings.put("clada.backbone.min.requests", "3");
    settings.put("clada.backbone.partials.interval.ms", "500");
    server = StatusServer.bind("127.0.0.1", 0);
    app = new AggregationApp(TopologyConfig.of(settings), server.registry());
    server.serve(app);
    app.start();
    fleet.send(
        List.of(
            new Fleet.Sent("request", System.currentTimeMillis(), Telemetry.constant(200, 0.5f))));
    NeuronUsage usage =
        NeuronUsage.newBuilder()
            .setId("request")
            .setModel(Telemetry.MODEL)
            .setPromptTokens(10)
            .setLayers(
                List.of(
                    new NeuronImportance(
                        1f, ByteBuffer.wrap(new byte[] {(byte) 255, (byte) 255, 0, 0}))))
            .build();
    fleet.sendNeurons(Map.of(System.currentTimeMillis(), Collections.nCopies(3, usage)));
    await().atMost(PATIENCE).until(() -> json("/thresholds").path("thresholds").size() == 1);
  }

  @AfterAll
  static void stop() {
    app.close();
    server.close();
    kafka.close();
  }

  @Test
  void thresholdsAreThoseInForce() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode thresholds = json("/thresholds").path("thresholds").path(0);
              assertThat(thresholds.path("model").asText()).isEqualTo(Telemetry.MODEL);
              assertThat(thresholds.path("version").asInt()).isEqualTo(2);
              assertThat(thresholds.path("surprisal").asDouble()).isEqualTo(0.5);
              assertThat(thresholds.path("history").size()).isEqualTo(2);
            });
  }

  @Test
  void theBackboneIsSummedUp() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode layer = json("/backbone").path("backbone").path(0);
              assertThat(layer.path("version").asInt()).isEqualTo(1);
              assertThat(layer.path("neurons").asInt()).isEqualTo(4);
              assertThat(layer.path("neurons_with_half_the_energy").asInt()).isEqualTo(1);
              assertThat(layer.path("requests").asDouble()).isCloseTo(3, within(0.01));
            });
  }

  @Test
  void openWindowsSayWhatTheyHoldSoFar() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode window = json("/windows").path("windows").path(0);
              assertThat(window.path("open").asBoolean()).isTrue();
              assertThat(window.path("tokens").asInt()).isEqualTo(200);
            });
  }

  @Test
  void oneModelCanBeAskedFor() {
    assertThat(json("/thresholds?model=" + Telemetry.MODEL).path("thresholds")).hasSize(1);
    assertThat(json("/thresholds?model=other").path("thresholds")).isEmpty();
  }

  @Test
  void anInstanceSaysWhichPartOfTheWholeItHolds() {
    JsonNode page = json("/thresholds");

    assertThat(page.path("complete").asBoolean()).isTrue();
    assertThat(page.path("of").asInt()).isEqualTo(Fleet.PARTITIONS);
    assertThat(page.path("partitions")).hasSize(Fleet.PARTITIONS);
    assertThat(page.path("truncated").asBoolean()).isFalse();
  }

  @Test
  void metricsCountWhatWasTakenIn() {
    assertThat(get("/metrics").body())
        .contains("clada_telemetry_folded_total 1.0")
        .contains("clada_thresholds_version{model=\"demo-llama\"}")
        .contains("kafka_stream_")
        .contains("process_files_open_files");
  }

  @Test
  void healthIsThatOfTheApplication() {
    assertThat(get("/health/live").statusCode()).isEqualTo(200);
    await().atMost(PATIENCE).until(() -> get("/health/ready").statusCode() == 200);
    try (StatusServer early = StatusServer.bind("127.0.0.1", 0)) {
      assertThat(get(early, "GET", "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(early, "GET", "/health/ready").statusCode()).isEqualTo(503);
      assertThat(get(early, "GET", "/windows").body()).isEqualTo("no application yet\n");
    }
  }

  @Test
  void onlyGetIsAnswered() {
    HttpResponse<String> refused = get(server, "DELETE", "/thresholds");

    assertThat(refused.statusCode()).isEqualTo(405);
    assertThat(refused.headers().firstValue("Allow")).hasValue("GET");
  }

  @Test
  void anUnknownPathNamesTheOthers() {
    assertThat(get("/thresholds/x").statusCode()).isEqualTo(404);
    assertThat(get("/favicon.ico").body()).contains("/windows");
  }

  @Test
  void aLongUriIsRefused() {
    assertThat(get("/thresholds?model=" + "x".repeat(3000)).statusCode()).isEqualTo(414);
  }

  private static JsonNode json(String path) {
    try {
      HttpResponse<String> response = get(path);
      return response.statusCode() == 200
          ? MAPPER.readTree(response.body())
          : MAPPER.createObjectNode();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpResponse<String> get(String path) {
    return get(server, "GET", path);
  }

  private static HttpResponse<String> get(StatusServer from, String method, String path) {
    try {
      return CLIENT.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + from.port() + path))
              .method(method, HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
