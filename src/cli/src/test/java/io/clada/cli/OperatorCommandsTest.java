package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.serde.AvroSerdes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators see and order of a topology that hears of traffic. */
final class OperatorCommandsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final String MODEL = "story";
  private static LocalSystem system;

  @BeforeAll
  static void start() throws Exception {
    Logging.interactive();
    system = LocalSystem.start(LocalSystem.Options.ephemeral(2, null));
    send(0.5f);
    await().atMost(PATIENCE).until(() -> surprisal() == 0.5);
  }

  @AfterAll
  static void stop() {
    system.close();
  }

  /** 200 tokens at 50 per second, in four windows of as many requests. */
  private static void send(float surprisal) throws Exception {
    Map<String, Object> config = Settings.asMap(system.properties());
    try (KafkaProducer<String, LoadTelemetry> producer =
        new KafkaProducer<>(
            config,
            new StringSerializer(),
            new AvroSerdes(config).values(LoadTelemetry.class).serializer())) {
      for (int i = 0; i < 4; i++) {
        LoadTelemetry telemetry =
            LoadTelemetry.newBuilder()
                .setId("r" + i)
                .setModel(MODEL)
                .setFirstTokenIndex(10)
                .setTokens(50)
                .setSurprisals(Collections.nCopies(50, surprisal))
                .setEntropies(Collections.nCopies(50, surprisal / 2))
                .setLowLoadTokens(30)
                .setMediumLoadTokens(15)
                .setHighLoadTokens(5)
                .setActiveNeuronRatio(0.5f)
                .setWeightsReadRatio(0.75f)
                .setDecodeSeconds(1)
                .setLast(true)
                .setQueuedRequests(7)
                .setRunningRequests(2)
                .build();
        producer.send(new ProducerRecord<>(system.topics().telemetry(), "r" + i, telemetry)).get();
      }
    }
  }

  private static double surprisal() throws IOException {
    TestConsole console = new TestConsole();
    console.run(thresholds("--json"));
    return json(console).path("surprisal").asDouble();
  }

  @Test
  void thresholdsAreShownWithTheVersionsToGoBackTo() {
    TestConsole all = new TestConsole();
    TestConsole one = new TestConsole();

    assertThat(all.run(thresholds())).describedAs(all.err()).isZero();
    assertThat(one.run(thresholds("--model", MODEL, "--show"))).describedAs(one.err()).isZero();

    assertThat(all.out()).contains("model", MODEL, "keep offset").doesNotContain("from version");
    assertThat(one.out()).contains(MODEL, "from version", "0.300", "0.500", "0.70 / 0.70");
  }

  @Test
  void anOperatorGoesBackHoldsAndLetsGo() throws IOException {
    JsonNode before = order("--show");
    long version = before.path("version").asLong();

    JsonNode back = order("--rollback", "1");
    assertThat(back.path("surprisal").asDouble()).isEqualTo(0.3, offset(1e-6));
    assertThat(back.path("version").asLong()).isEqualTo(version + 1);
    assertThat(back.path("reason").asText()).startsWith("rolled back to version 1 by ");

    JsonNode held = order("--pin", String.valueOf(version));
    assertThat(held.path("pinned").asBoolean()).isTrue();
    assertThat(held.path("surprisal").asDouble()).isEqualTo(before.path("surprisal").asDouble());
    assertThat(held.path("history").path(1).path("version").asLong()).isEqualTo(version + 1);
    assertThat(order("--pin").path("pinned").asBoolean()).isTrue();
    TestConsole top = new TestConsole();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(top.run("top", "--once", "--url", system.statusUrl())).isZero();
              assertThat(top.out()).contains(", pinned)");
            });

    assertThat(order("--unpin").path("pinned").asBoolean()).isFalse();
  }

  private static JsonNode order(String... order) throws IOException {
    TestConsole console = new TestConsole();
    List<String> args = new ArrayList<>(List.of("--model", MODEL, "--json"));
    args.addAll(Arrays.asList(order));
    int code = console.run(thresholds(args.toArray(String[]::new)));
    assertThat(code).describedAs(console.err()).isZero();
    return json(console);
  }

  @Test
  void anOrderNamesItsModelAndAVersionThatIsKept() {
    assertFails(2, "--model", "--pin");
    assertFails(1, "no thresholds of a model 'tale'; there are those of: story", "--model", "tale");
    assertFails(1, "there is no version 999", "--model", MODEL, "--rollback", "999");
    assertFails(2, "--unpin", "--model", MODEL, "--pin", "--unpin");
    assertFails(2, "--rollback", "--model", MODEL, "--rollback", "first");
  }

  private static void assertFails(int code, String message, String... args) {
    TestConsole console = new TestConsole();

    assertThat(console.run(thresholds(args))).describedAs(console.err()).isEqualTo(code);

    assertThat(console.err()).startsWith("clada").contains(message);
    assertThat(console.err().lines()).hasSize(1);
    assertThat(console.out()).isEmpty();
  }

  @Test
  void topShowsWhatTheFleetDid() throws Exception {
    send(0.5f);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              TestConsole text = new TestConsole();
              int code = text.run("top", "--once", "--url", system.statusUrl());
              assertThat(code).describedAs(text.err()).isZero();
              assertThat(text.out()).contains(MODEL, "0.75", "0.50", "60/30/10", "7.0", "2.0");
            });
    TestConsole json = new TestConsole();
    assertThat(json.run("top", "--once", "--json", "--url", system.statusUrl())).isZero();
    JsonNode fleet = json(json);
    assertThat(fleet.path("complete").asBoolean()).isTrue();
    JsonNode model = fleet.path("models").path(0);
    assertThat(model.path("tokens_per_second").asDouble()).isPositive();
    assertThat(model.path("stream_tokens_per_second").asDouble()).isEqualTo(50);
    assertThat(model.path("thresholds").path("version").asLong()).isPositive();
  }

  @Test
  void topLooksAgainUntilCtrlC(@TempDir Path folder) throws Exception {
    try (CladaProcess top =
        CladaProcess.start(
            folder, "top", "top", "--url", system.statusUrl(), "--interval", "0.1")) {
      await().atMost(PATIENCE).until(() -> top.out().split(MODEL, -1).length > 3 || !top.isAlive());

      assertThat(top.interrupt()).isEqualTo(130);

      assertThat(top.err()).isEmpty();
    }
  }

  @Test
  void topSaysWhereToFindATopology() {
    TestConsole nobody = new TestConsole();
    TestConsole noTopology = new TestConsole();
    TestConsole noAddress = new TestConsole();

    assertThat(nobody.run("top", "--url", "http://127.0.0.1:1")).isEqualTo(1);
    assertThat(noTopology.run("top", "--url", system.registryUrl())).isEqualTo(1);
    assertThat(noAddress.run("top", "--url", "localhost:9465")).isEqualTo(1);

    assertThat(nobody.err()).contains("http://127.0.0.1:1", "clada up", "--http-port", "--url");
    assertThat(noTopology.err()).contains(system.registryUrl(), "as a topology does");
    assertThat(noAddress.err()).contains("--url", "localhost:9465", "http://127.0.0.1:9465");
  }

  @Test
  void theTopologyServesStatusMetricsAndHealthOverHttp(@TempDir Path folder) throws Exception {
    try (CladaProcess topology =
        CladaProcess.start(
            folder,
            "topology",
            "topology",
            "--bootstrap-servers",
            system.bootstrapServers(),
            "--schema-registry-url",
            system.registryUrl(),
            "-P",
            "clada.topic.prefix=other",
            "-P",
            "state.dir=" + folder.resolve("state"),
            "--http-port",
            "0")) {
      await()
          .atMost(PATIENCE)
          .until(() -> topology.err().contains("running") || !topology.isAlive());
      assertThat(topology.isAlive()).describedAs(topology.err()).isTrue();
      String url = topology.err().replaceAll("(?s).*(http://127\\.0\\.0\\.1:\\d+).*", "$1");

      await().atMost(PATIENCE).until(() -> get(url + "/health/ready").statusCode() == 200);
      assertThat(get(url + "/health/live").statusCode()).isEqualTo(200);
      assertThat(get(url + "/metrics").body()).contains("clada_telemetry_folded_total");
      assertThat(topology.terminate()).isEqualTo(143);
    }
  }

  private static HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void theTopologyIsDescribedWithoutABroker() {
    TestConsole console = new TestConsole();

    int code = console.run("topology", "--describe", "--bootstrap-servers", "nobody.invalid:9092");

    assertThat(code).describedAs(console.err()).isZero();
    assertThat(console.out()).startsWith("Topologies:").contains("clada.telemetry", "adapt");
  }

  private static JsonNode json(TestConsole console) throws IOException {
    return new ObjectMapper().readTree(console.out());
  }

  private static String[] thresholds(String... rest) {
    List<String> args =
        new ArrayList<>(
            List.of(
                "thresholds",
                "--bootstrap-servers",
                system.bootstrapServers(),
                "--schema-registry-url",
                system.registryUrl()));
    args.addAll(Arrays.asList(rest));
    return args.toArray(String[]::new);
  }
}
