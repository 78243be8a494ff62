package io.clada.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an unfriendly client can do; sockets, since no HTTP client would send this. */
class SmallServerTest {
  private static final int PATIENCE_MS = 60_000;

  private final CountDownLatch served = new CountDownLatch(SmallServer.MOST_AT_ONCE);
  private final CountDownLatch stuck = new CountDownLatch(1);
  private SmallServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        SmallServer.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), "test")
            .page("/page", query -> Answer.text(200, "asked for " + query))
            .page("/stuck", query -> waiting())
            .page(
                "/broken",
                query -> {
                  throw new IllegalStateException("a secret of the inside");
                })
            .otherwise(Answer.text(404, "try /page"))
            .start();
  }

  private Answer waiting() {
    served.countDown();
    try {
      stuck.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Answer.text(200, "at last");
  }

  @AfterEach
  void stop() {
    stuck.countDown();
    server.close();
  }

  @Test
  void aPageIsAnswered() throws IOException {
    assertThat(get("/page?model=x", "Host: localhost"))
        .startsWith("HTTP/1.1 200")
        .endsWith("asked for model=x\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/page/", "/page/x", "/page/../broken", "/pagex", "/%2e%2e/etc/passwd", "/"})
  void noOtherPathIs(String path) throws IOException {
    assertThat(get(path, "Host: localhost")).startsWith("HTTP/1.1 404");
  }

  @Test
  void onlyGetIs() throws IOException {
    assertThat(send("DELETE /page HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 405")
        .containsIgnoringCase("Allow: GET");
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost:80", "127.0.0.1", "[::1]:8080", "LOCALHOST"})
  void thisComputerHasSeveralNames(String host) throws IOException {
    assertThat(get("/page", "Host: " + host)).startsWith("HTTP/1.1 200");
  }

  /** DNS rebinding: a name of somebody else's that points here. */
  @ParameterizedTest
  @ValueSource(strings = {"Host: evil.example", "Host: localhost.evil.example:80", "X: y"})
  void onLoopbackItAnswersToNoOtherName(String header) throws IOException {
    assertThat(get("/page", header)).startsWith("HTTP/1.1 403").doesNotContain("asked for");
  }

  @Test
  void aPageOfAnotherOriginIsSentAway() throws IOException {
    assertThat(get("/page", "Host: localhost\r\nOrigin: http://evil.example"))
        .startsWith("HTTP/1.1 403");
    assertThat(get("/page", "Host: localhost\r\nOrigin: null")).startsWith("HTTP/1.1 403");
    assertThat(get("/page", "Host: localhost:1\r\nOrigin: http://localhost:1"))
        .startsWith("HTTP/1.1 200");
  }

  @Test
  void aLongUriIsRefused() throws IOException {
    assertThat(get("/page?" + "x".repeat(SmallServer.LONGEST_URI), "Host: localhost"))
        .startsWith("HTTP/1.1 414");
  }

  @Test
  void whatBreaksIsForTheLog() throws IOException {
    assertThat(get("/broken", "Host: localhost"))
        .startsWith("HTTP/1.1 500")
        .doesNotContain("secret", "Exception", "\tat ");
  }

  @Test
  void aClientThatDoesNotFinishItsRequestIsSentAway() throws IOException {
    try (Socket socket = open()) {
      socket
          .getOutputStream()
          .write("GET /page HTTP/1.1\r\nHost: loc".getBytes(StandardCharsets.US_ASCII));
      assertThat(readAll(socket)).doesNotContain("200");
    }
  }

  /** Else a few of them would take every thread there is. */
  @Test
  void noMoreThanSoManyAreServedAtOnce() throws Exception {
    Socket[] sockets = new Socket[SmallServer.MOST_AT_ONCE];
    for (int i = 0; i < sockets.length; i++) {
      sockets[i] = open();
      sockets[i].getOutputStream().write(request("/stuck", "Host: localhost"));
    }
    assertThat(served.await(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
    // Whoever comes now is not served: its connection ends without an answer.
    assertThat(get("/stuck", "Host: localhost")).isEmpty();
    stuck.countDown();
    for (Socket socket : sockets) {
      assertThat(readAll(socket)).contains("at last");
      socket.close();
    }
    assertThat(get("/page", "Host: localhost")).startsWith("HTTP/1.1 200");
  }

  private String get(String path, String headers) throws IOException {
    return send(new String(request(path, headers), StandardCharsets.US_ASCII));
  }

  private static byte[] request(String path, String headers) {
    return ("GET " + path + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private String send(String request) throws IOException {
    try (Socket socket = open()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return readAll(socket);
    }
  }

  private Socket open() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout(PATIENCE_MS);
    return socket;
  }

  private static String readAll(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketException e) {
      return ""; // the connection was reset: no answer
    }
  }
}
