package io.clada.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a console answers where no broker is. */
final class ConsoleHandlerTest {
  private static Site site;

  @BeforeAll
  static void open() throws Exception {
    site =
        new Site(
            Map.of(
                "bootstrap.servers", "127.0.0.1:1",
                "schema.registry.url", "mock://console-handler"));
  }

  @AfterAll
  static void close() throws Exception {
    site.close();
  }

  @Test
  void theFrontDoorLeadsToThePage() throws Exception {
    HttpResponse<String> door = site.get("/");

    assertThat(door.statusCode()).isEqualTo(302);
    assertThat(door.headers().firstValue("Location")).hasValue("/console/");
    assertThat(site.get("/console/").body()).contains("<title>CLADA console</title>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "console.js", "console.css", "icon.svg", "charts/uPlot.esm.js"})
  void whatThePageIsMadeOfComesFromHereAndLetsNothingElseIn(String file) throws Exception {
    HttpResponse<String> answer = site.get("/console/" + file);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
  }

  @Test
  void thePageHasNoScriptAndNoStyleInItsMarkup() throws Exception {
    assertThat(site.get("/console/").body())
        .doesNotContainPattern("<script(?! type=\"module\" src=\")")
        .doesNotContain("<style", "style=", "onclick=", "javascript:", "https://");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console/../../logback-test.xml",
        "/console/%2e%2e/%2e%2e/logback-test.xml",
        "/console/..%2f..%2flogback-test.xml",
        "/console/charts/../../../../MANIFEST.MF",
        "/console/charts/..%2f..%2f..%2f..%2f..%2fMANIFEST.MF",
        "/console/charts/..;/..;/x",
        "/console/%00",
        "/console/charts/",
        "/console//etc/passwd",
        "/console/no-such-file"
      })
  void thereIsNoWayOutOfTheFolders(String path) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

      assertThat(answer).matches("(?s)HTTP/1.1 (400|403|404) .*");
      assertThat(answer).doesNotContain("appender", "Manifest-Version", "root:");
    }
  }

  @Test
  void aNameThatWasMadeToLeadHereIsRefused() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.port())) {
      socket
          .getOutputStream()
          .write(
              "GET /console/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));

      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 403 ")
          .contains("this console answers to localhost and 127.0.0.1 alone");
    }
  }

  @Test
  void anotherSitesPageIsRefused() throws Exception {
    HttpResponse<String> answer =
        site.send(
            HttpRequest.newBuilder(URI.create(site.url("/console/api/requests")))
                .header("Content-Type", "application/json")
                .header("Origin", "https://evil.example")
                .POST(HttpRequest.BodyPublishers.ofString("{\"prompt\":\"once\"}")));

    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(
            site.send(
                    HttpRequest.newBuilder(URI.create(site.url("/console/api/traffic")))
                        .header("Sec-Fetch-Site", "cross-site"))
                .statusCode())
        .isEqualTo(403);
    assertThat(site.post("text/plain", "{\"prompt\":\"once\"}").statusCode()).isEqualTo(415);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"prompt\":\"a\",\"max_new_tokens\":1.5}|max_new_tokens",
        "{\"prompt\":\"a\",\"temperature\":\"hot\"}|temperature",
        "{\"prompt\":\"a\",\"mode\":\"FAST\"}|mode",
        "{\"prompt\":\"a\",\"max_tokens\":1}|max_tokens",
        "{\"prompt\":\"a\",\"seed\":\"9223372036854775808\"}|seed",
        "{\"prompt\":[]}|prompt",
        "{}|prompt",
      })
  void whatCannotBeReadIsNamed(String body, String field) throws Exception {
    HttpResponse<String> answer = site.post("application/json", body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"field\":\"" + field + "\"", "\"message\":\"" + field);
  }

  @Test
  void whatIsNotJsonOrTooLongIsRefused() throws Exception {
    assertThat(site.post("application/json", "once").statusCode()).isEqualTo(400);
    assertThat(site.post("application/json", "null").statusCode()).isEqualTo(400);
    assertThat(site.post("application/json", "x".repeat(2 << 20)).statusCode()).isEqualTo(413);
  }

  @Test
  void withoutABrokerAPromptIsRefusedSoonAndSaysWhy() throws Exception {
    HttpResponse<String> answer = site.post("application/json", "{\"prompt\":\"once\"}");

    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("no broker answered");
  }

  @Test
  void onlyAnAnswerThatStreamsHereCanBeEnded() throws Exception {
    HttpResponse<String> answer =
        site.send(
            HttpRequest.newBuilder(URI.create(site.url("/console/api/requests/someone-elses")))
                .DELETE());

    assertThat(answer.statusCode()).isEqualTo(404);
  }

  @Test
  void settingsOfAPatientProducerDoNotKeepItFromStarting() throws Exception {
    try (Site patient =
        new Site(
            Map.of(
                "bootstrap.servers", "127.0.0.1:1",
                "schema.registry.url", "mock://console-handler",
                "linger.ms", "50",
                "request.timeout.ms", "60000"))) {
      assertThat(patient.get("/console/").statusCode()).isEqualTo(200);
    }
  }

  @Test
  @Timeout(600)
  void aServerThatStopsDoesNotWaitForThoseWhoWatch() throws Exception {
    Stream<String> watched;
    try (Site stopped =
        new Site(
            Map.of(
                "bootstrap.servers", "127.0.0.1:1",
                "schema.registry.url", "mock://console-handler"))) {
      watched = stopped.watch().get().body();
    }

    assertThat(watched.toList()).contains("event: traffic");
  }
}
