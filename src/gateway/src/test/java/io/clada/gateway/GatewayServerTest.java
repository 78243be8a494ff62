package io.clada.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.Test;

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

  private static GatewaySettings at(String host, boolean open) {
    return new GatewaySettings(host, 0, null, open, List.of(), GatewayLimits.DEFAULT);
  }

  private static String get(GatewayServer gateway, String path) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(gateway.url() + path)).build(),
            BodyHandlers.ofString())
        .body();
  }
}
