package io.clada.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server around the API. */
final class GatewayServerTest {
  private static final Map<String, Object> KAFKA =
      Map.of(
          "bootstrap.servers", "127.0.0.1:1", "schema.registry.url", "mock://gateway-server-test");

  @Test
  void whatItDoesNotAnswerItselfIsLeftToWhatIsMounted() throws Exception {
    try (GatewayServer gateway = new GatewayServer(GatewaySettings.loopback(0), KAFKA)) {
      gateway.mount(
          new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
              Content.Sink.write(response, true, "mounted", callback);
              return true;
            }
          });
      gateway.start();

      assertThat(get(gateway, "/health/live")).isEqualTo("yes\n");
      assertThat(get(gateway, "/console/page.html")).isEqualTo("mounted");
    }
  }

  @Test
  void itDoesNotOpenToTheNetworkWithoutKeysUnlessToldTo() {
    assertThatThrownBy(() -> at("0.0.0.0", false))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("--keys");
    assertThat(at("0.0.0.0", true).host()).isEqualTo("0.0.0.0");
    assertThat(at("::1", false).host()).isEqualTo("::1");
  }

  @Test
  void withoutBrokersItLivesAndIsNotReady() throws Exception {
    try (GatewayServer gateway = new GatewayServer(GatewaySettings.loopback(0), KAFKA)) {
      gateway.start();

      assertThat(get(gateway, "/health/live")).isEqualTo("yes\n");
      await()
          .atMost(Duration.ofMinutes(3))
          .untilAsserted(() -> assertThat(get(gateway, "/health/ready")).contains("can't be read"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "evil.example, 403",
    "localhost.evil.example, 403",
    "10.evil.example, 403",
    "localhost:8080, 200",
    "127.0.0.1, 200",
    "[::1]:8080, 200",
    "gateway:8080, 200",
    "gateway.clada.svc.cluster.local, 200"
  })
  void withoutKeysItAnswersToNamesThatNoSiteCanHave(String host, int status) throws Exception {
    try (GatewayServer gateway = new GatewayServer(at("127.0.0.1", true), KAFKA);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), startedPort(gateway))) {
      socket
          .getOutputStream()
          .write(("GET /health/live HTTP/1.0\r\nHost: " + host + "\r\n\r\n").getBytes(UTF_8));

      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
          .startsWith("HTTP/1.1 " + status);
    }
  }

  private static int startedPort(GatewayServer gateway) {
    gateway.start();
    return gateway.port();
  }

  @Test
  void aPortInUseIsNamed() {
    try (GatewayServer first = new GatewayServer(GatewaySettings.loopback(0), KAFKA)) {
      int port = startedPort(first);
      assertThatThrownBy(() -> new GatewayServer(GatewaySettings.loopback(port), KAFKA).start())
          .isInstanceOf(GatewayException.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }

  @Test
  void operatorsHaveADoorOfTheirOwn() throws Exception {
    GatewaySettings settings =
        new GatewaySettings(
            "127.0.0.1",
            0,
            null,
            false,
            List.of(),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            GatewayLimits.DEFAULT);
    try (GatewayServer gateway = new GatewayServer(settings, KAFKA)) {
      gateway.start();
      String operators = "http://127.0.0.1:" + gateway.operatorsPort();

      assertThat(get(URI.create(operators + "/metrics")))
          .contains("clada_gateway_streams 0.0", "jvm_memory_used_bytes")
          .contains("clada_gateway_requests_total{endpoint=\"chat\",outcome=\"503\"} 0.0");
      assertThat(get(URI.create(operators + "/v1/models"))).contains("only /health and /metrics");
    }
  }

  private static GatewaySettings at(String host, boolean open) {
    return new GatewaySettings(host, 0, null, open, List.of(), null, GatewayLimits.DEFAULT);
  }

  private static String get(GatewayServer gateway, String path) throws Exception {
    return get(URI.create(gateway.url() + path));
  }

  private static String get(URI uri) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
        .body();
  }
}
