package io.clada.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may use a gateway, and how much. */
final class ApiKeysTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static EmbeddedKafka kafka;
  private static ScriptedFleet fleet;

  @TempDir private Path folder;
  private Path file;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    fleet = new ScriptedFleet(kafka);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    fleet.close();
    kafka.close();
  }

  @BeforeEach
  void prepare() {
    file = folder.resolve("keys");
  }

  private GatewayServer gateway() {
    GatewayServer gateway =
        new GatewayServer(
            new GatewaySettings(
                "127.0.0.1", 0, file, false, List.of("m"), null, GatewayLimits.DEFAULT),
            fleet.properties());
    gateway.start();
    return gateway;
  }

  @Test
  void aKeyOpensTheDoorAndNamesTheTenant() throws Exception {
    String key = ApiKeys.add(file, "web", 0);
    try (GatewayServer gateway = gateway()) {
      assertThat(models(gateway, key).statusCode()).isEqualTo(200);
      for (String wrong : new String[] {key + "x", "", "clada-"}) {
        assertThat(models(gateway, wrong).statusCode()).isEqualTo(401);
      }
      HttpResponse<String> none = Gateways.get(gateway, "/v1/models");
      assertThat(none.statusCode()).isEqualTo(401);
      assertThat(Gateways.json(none).at("/error/code").asText()).isEqualTo("invalid_api_key");
      assertThat(Gateways.get(gateway, "/metrics").statusCode()).isEqualTo(401);
      assertThat(Gateways.get(gateway, "/health/live").statusCode()).isEqualTo(200);

      HttpResponse<String> answer = complete(gateway, key, 3);
      String id = answer.headers().firstValue("x-request-id").orElseThrow();
      assertThat(fleet.request(id).getTenant()).isEqualTo("web");
    }
  }

  @Test
  void theFileKeepsHashesAloneAndFromOthers() throws Exception {
    String key = ApiKeys.add(file, "web", 100);

    assertThat(Files.readString(file)).doesNotContain(key).matches("[0-9a-f]{64} web 100\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aKeyGetsALineOfItsOwnBehindOneThatLacksItsEnd() throws Exception {
    ApiKeys.add(file, "first", 0);
    Files.writeString(file, Files.readString(file).strip());

    ApiKeys.add(file, "second", 0);

    assertThat(Files.readAllLines(file))
        .satisfiesExactly(
            line -> assertThat(line).endsWith(" first 0"),
            line -> assertThat(line).endsWith(" second 0"));
  }

  @Test
  void aChangedFileIsReadAgainAndAWrongOneIsNot() throws Exception {
    String first = ApiKeys.add(file, "first", 0);
    try (GatewayServer gateway = gateway()) {
      String second = ApiKeys.add(file, "second", 0);
      await().atMost(PATIENCE).until(() -> models(gateway, second).statusCode() == 200);

      Files.writeString(file, Files.readAllLines(file).get(1) + "\n");
      await().atMost(PATIENCE).until(() -> models(gateway, first).statusCode() == 401);

      Files.writeString(file, "nonsense\n");
      await()
          .during(Duration.ofMillis(1500))
          .atMost(PATIENCE)
          .until(() -> models(gateway, second).statusCode() == 200);
    }
  }

  @Test
  void aKeyThatHasUsedItsTokensUpIsToldWhenToComeAgain() throws Exception {
    String key = ApiKeys.add(file, "small", 60);
    try (GatewayServer gateway = gateway()) {
      assertThat(complete(gateway, key, 40).statusCode()).isEqualTo(200);

      // 40 were reserved, and 5 + 40 used.
      HttpResponse<String> refused = complete(gateway, key, 40);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(Gateways.json(refused).at("/error/code").asText())
          .isEqualTo("rate_limit_exceeded");
      assertThat(Long.parseLong(refused.headers().firstValue("retry-after").orElseThrow()))
          .isBetween(15L, 25L);
    }
  }

  @Test
  void whatWasReservedAndNotUsedIsGivenBack() throws Exception {
    String key = ApiKeys.add(file, "large", 100);
    try (GatewayServer gateway = gateway()) {
      for (int i = 0; i < 5; i++) {
        assertThat(
                Gateways.post(
                        gateway,
                        "/v1/completions",
                        "{'prompt': 'count 1', 'max_tokens': 70}",
                        "Authorization",
                        "Bearer " + key)
                    .statusCode())
            .isEqualTo(200);
      }
    }
  }

  @Test
  void aWrongLineIsNamedButNotRepeated() throws Exception {
    Files.writeString(file, "# keys\nmy-secret-key web\n");

    assertThatThrownBy(this::gateway)
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("line 2")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> ApiKeys.add(file, "two words", 0)).hasMessageContaining("spaces");
    assertThatThrownBy(() -> ApiKeys.add(file, "web", 100_000_000_000L))
        .hasMessageContaining("tokens per minute");
  }

  private static HttpResponse<String> models(GatewayServer gateway, String key) throws Exception {
    return Gateways.get(gateway, "/v1/models", "Authorization", "Bearer " + key);
  }

  private static HttpResponse<String> complete(GatewayServer gateway, String key, int tokens)
      throws Exception {
    return Gateways.post(
        gateway,
        "/v1/completions",
        "{'prompt': 'count %d', 'max_tokens': %d}".formatted(tokens, tokens - 2),
        "Authorization",
        "Bearer " + key);
  }
}
