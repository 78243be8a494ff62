package io.clada.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.schemas.Thresholds;
import io.clada.schemas.registry.HttpRegistry.Call;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.errors.RetriableException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RestSchemaRegistryTest extends SchemaRegistryContract {
  private static final Schema SCHEMA = Thresholds.getClassSchema();

  private final HttpRegistry server = new HttpRegistry();
  private final List<Long> pauses = new ArrayList<>();

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Override
  protected SchemaRegistry emptyRegistry() {
    return client(Map.of());
  }

  private SchemaRegistry client(Map<String, ?> more) {
    Map<String, Object> config = new HashMap<>(Map.of("schema.registry.url", server.url()));
    config.putAll(more);
    return new RestSchemaRegistry(new RestTransport(RestConfig.of(config), pauses::add));
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String basic(String userInfo) {
    return "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void callsCarryConfluentsContentTypeAndNoCredentials() {
    client(Map.of()).register("s", SCHEMA);

    String type = "application/vnd.schemaregistry.v1+json";
    assertThat(server.calls())
        .containsExactly(new Call("POST", "/subjects/s/versions", type, type, null));
  }

  @Test
  void aFailingServerIsAskedAgainAfterGrowingWaits() {
    server.answerOnce(503, "busy");
    server.answerOnce(500, "{\"error_code\":50001,\"message\":\"store\"}");

    assertThat(client(Map.of()).register("s", SCHEMA)).isEqualTo(1);
    assertThat(pauses).containsExactly(100L, 200L);
  }

  @Test
  void aServerThatKeepsFailingEndsInARetriableError() {
    for (int i = 0; i < 3; i++) {
      server.answerOnce(503, "busy");
    }

    assertThatThrownBy(() -> client(Map.of("max.retries", "2")).subjects())
        .isInstanceOf(RegistryUnavailableException.class)
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("3 attempts")
        .hasMessageContaining("503");
    assertThat(server.calls()).hasSize(3);
  }

  @Test
  void waitsStopGrowing() throws IOException {
    SchemaRegistry client =
        client(
            Map.of(
                "schema.registry.url", "http://127.0.0.1:" + closedPort(),
                "max.retries", 4,
                "retries.wait.ms", 10,
                "retries.max.wait.ms", 40));

    assertThatThrownBy(client::subjects).isInstanceOf(RegistryUnavailableException.class);
    assertThat(pauses).containsExactly(10L, 20L, 40L, 40L);
  }

  @Test
  void theNextAddressIsTriedAtOnceAndKept() throws IOException {
    String urls = "http://127.0.0.1:" + closedPort() + "," + server.url() + "/";
    SchemaRegistry client = client(Map.of("schema.registry.url", urls));

    client.register("s", SCHEMA);
    client.subjects();

    assertThat(pauses).isEmpty();
    assertThat(server.calls()).hasSize(2);
  }

  @Test
  void aServerThatDoesNotAnswerTimesOut() throws IOException {
    // Accepts connections, in the backlog, and says nothing.
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      SchemaRegistry client =
          client(
              Map.of(
                  "schema.registry.url", "http://127.0.0.1:" + silent.getLocalPort(),
                  "http.read.timeout.ms", 50,
                  "max.retries", 0));

      assertThatThrownBy(client::subjects)
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("timed out");
    }
  }

  @Test
  void aServerThatNeverEndsItsAnswerTimesOut() throws IOException {
    try (ServerSocket slow = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      answerOnce(slow, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[");
      SchemaRegistry client =
          client(
              Map.of(
                  "schema.registry.url", "http://127.0.0.1:" + slow.getLocalPort(),
                  "http.read.timeout.ms", 500,
                  "max.retries", 0));

      assertThatThrownBy(client::subjects)
          .isInstanceOf(RegistryUnavailableException.class)
          .hasMessageContaining("timed out");
    }
  }

  @Test
  void aServerThatAnswersWithoutEndFillsNoMemory() {
    server.answerOnce(200, "[\"" + "x".repeat(17 << 20) + "\"]");

    assertThatThrownBy(() -> client(Map.of("max.retries", 0)).subjects())
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("more than 16777216 bytes");
  }

  /** Accepts one connection and says this, and no more. */
  private static void answerOnce(ServerSocket server, String said) {
    Thread thread =
        new Thread(
            () -> {
              try (Socket client = server.accept()) {
                client.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
                client.getInputStream().readAllBytes();
              } catch (IOException e) {
                // The client times out all the same, or the test fails.
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void aRefusalIsFinal() {
    server.answerOnce(409, "{\"error_code\":409,\"message\":\"incompatible\"}");

    assertThatThrownBy(() -> client(Map.of()).register("s", SCHEMA))
        .isInstanceOf(SchemaRegistryException.class)
        .isNotInstanceOf(RetriableException.class)
        .hasMessageContaining("409: incompatible");
    assertThat(server.calls()).hasSize(1);
  }

  @Test
  void aServerThatIsNoRegistryIsTold() {
    server.answerOnce(200, "<html>It works!</html>");

    assertThatThrownBy(() -> client(Map.of()).subjects())
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void userInfoIsSentAsBasicAuthentication() {
    client(
            Map.of(
                "basic.auth.credentials.source",
                "USER_INFO",
                "schema.registry.basic.auth.user.info",
                new Password("ada:s:cret")))
        .subjects();

    assertThat(server.calls()).extracting(Call::authorization).containsExactly(basic("ada:s:cret"));
  }

  @Test
  void credentialsInTheAddressAreSentAndNotShown() throws IOException {
    client(Map.of("schema.registry.url", "http://ada:secret@" + server.address())).subjects();
    assertThat(server.calls()).extracting(Call::authorization).containsExactly(basic("ada:secret"));

    String unreachable = "http://ada:secret@127.0.0.1:" + closedPort();
    assertThatThrownBy(() -> client(Map.of("schema.registry.url", unreachable)).subjects())
        .message()
        .doesNotContain("secret");
  }

  @Test
  void aRejectedPasswordNamesTheSetting() {
    server.answerOnce(401, "Unauthorized");

    assertThatThrownBy(() -> client(Map.of()).subjects())
        .isInstanceOf(SchemaRegistryException.class)
        .hasMessageContaining("basic.auth.user.info");
  }

  @Test
  void wrongSettingsAreNamedWithoutTheirSecrets() {
    assertThatThrownBy(() -> RestConfig.of(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url is missing");
    assertThatThrownBy(() -> RestConfig.of(Map.of("schema.registry.url", "ftp://ada:secret@host")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("must look like")
        .message()
        .doesNotContain("secret");
    assertThatThrownBy(() -> client(Map.of("max.retries", "many")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("max.retries");
    assertThatThrownBy(() -> client(Map.of("basic.auth.credentials.source", "SASL_INHERIT")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("USER_INFO");
  }

  @Test
  void whatIsKnownIsNotAskedAgain() {
    SchemaRegistry cached = new CachingSchemaRegistry(client(Map.of()));

    for (int i = 0; i < 3; i++) {
      int id = cached.register("s", SCHEMA);
      assertThat(cached.schema(id)).isEqualTo(SCHEMA);
      assertThat(cached.lookUp("s", SCHEMA).version()).isEqualTo(1);
    }

    assertThat(server.calls()).hasSize(3);
  }
}
