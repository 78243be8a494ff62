package io.clada.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Finish;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that is gone does not keep the fleet at work. Plain sockets, so that it is gone. */
final class HangUpTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static EmbeddedKafka kafka;
  private static ScriptedFleet fleet;
  private static GatewayServer gateway;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    fleet = new ScriptedFleet(kafka);
    gateway = new GatewayServer(GatewaySettings.loopback(0), fleet.properties());
    gateway.start();
  }

  @AfterAll
  static void stop() throws InterruptedException {
    gateway.close();
    fleet.close();
    kafka.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequestWhoseClientIsGoneIsCancelledWhileItIsQueued(boolean streamed) throws Exception {
    String prompt = "wait for nothing " + streamed;
    Socket client = post(prompt, streamed);
    await().atMost(PATIENCE).until(() -> fleet.idOf(prompt) != null);
    String id = fleet.idOf(prompt);
    assertThat(fleet.isCancelled(id)).isFalse();

    client.close();

    await().atMost(PATIENCE).until(() -> fleet.isCancelled(id));
  }

  @Test
  void aRequestWhoseClientIsGoneIsCancelledWhileItStreams() throws Exception {
    Socket client = post("wait halfway", true);
    await().atMost(PATIENCE).until(() -> fleet.idOf("wait halfway") != null);
    String id = fleet.idOf("wait halfway");
    fleet.token(id, 0, 0, "well");
    assertThat(readUntil(client, "well")).startsWith("HTTP/1.1 200 OK");

    client.close();

    await().atMost(PATIENCE).until(() -> fleet.isCancelled(id));
  }

  @Test
  void aClientThatWaitsGetsItsAnswerHoweverLateAndCanAskAgain() throws Exception {
    try (Socket client = post("wait patiently", false)) {
      await().atMost(PATIENCE).until(() -> fleet.idOf("wait patiently") != null);
      String id = fleet.idOf("wait patiently");
      // Meanwhile it is looked whether the client is still there.
      await().during(Duration.ofSeconds(1)).atMost(PATIENCE).until(() -> !fleet.isCancelled(id));
      fleet.token(id, 0, 0, "at last");
      fleet.end(id, 1, Finish.STOP, null);

      assertThat(readUntil(client, "at last")).startsWith("HTTP/1.1 200 OK");
      readUntil(client, "}}");
      send(client, "count 2", false);
      assertThat(readUntil(client, "0 1")).contains("HTTP/1.1 200 OK");
      assertThat(fleet.isCancelled(id)).isFalse();
    }
  }

  @Test
  void aGatewayThatStopsCancelsWhatDoesNotEndInTime() throws Exception {
    GatewayServer stopped = new GatewayServer(GatewaySettings.loopback(0), fleet.properties());
    stopped.start();
    try (Socket client = new Socket(InetAddress.getLoopbackAddress(), stopped.port())) {
      send(client, "wait on", true);
      await().atMost(PATIENCE).until(() -> fleet.idOf("wait on") != null);
      stopped.close();
    }

    await().atMost(PATIENCE).until(() -> fleet.isCancelled(fleet.idOf("wait on")));
  }

  @Test
  void tokensThatComeAgainAreSentOnce() throws Exception {
    try (Socket client = post("wait same", true, ", 'reading': 'fast'")) {
      await().atMost(PATIENCE).until(() -> fleet.idOf("wait same") != null);
      String id = fleet.idOf("wait same");
      List.of("a", "b").forEach(text -> fleet.token(id, "ab".indexOf(text), 0, text));
      readUntil(client, "\"b\"");
      fleet.token(id, 0, 1, "a");
      fleet.token(id, 1, 1, "b");
      fleet.token(id, 2, 1, "c");
      fleet.end(id, 3, Finish.STOP, null);

      assertThat(readUntil(client, "[DONE]")).contains("\"c\"").doesNotContain("\"a\"", "\"b\"");
    }
  }

  @Test
  void tokensThatComeAgainAsOthersEndTheStream() throws Exception {
    try (Socket client = post("wait other", true, ", 'reading': 'fast'")) {
      await().atMost(PATIENCE).until(() -> fleet.idOf("wait other") != null);
      String id = fleet.idOf("wait other");
      fleet.token(id, 0, 0, "a");
      readUntil(client, "\"a\"");
      fleet.token(id, 0, 1, "z");

      assertThat(readUntil(client, "\"retracted\"")).contains("\"reading\\\": \\\"final");
      await().atMost(PATIENCE).until(() -> fleet.isCancelled(id));
    }
  }

  private static Socket post(String prompt, boolean streamed) throws Exception {
    return post(prompt, streamed, "");
  }

  private static Socket post(String prompt, boolean streamed, String more) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    send(socket, prompt, streamed, more);
    return socket;
  }

  private static void send(Socket socket, String prompt, boolean streamed) throws Exception {
    send(socket, prompt, streamed, "");
  }

  private static void send(Socket socket, String prompt, boolean streamed, String more)
      throws Exception {
    String body =
        "{'prompt': '%s', 'stream': %s %s}".formatted(prompt, streamed, more).replace('\'', '"');
    String request =
        "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
  }

  private static String readUntil(Socket socket, String awaited) throws Exception {
    StringBuilder read = new StringBuilder();
    InputStream in = socket.getInputStream();
    while (read.indexOf(awaited) < 0) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("ended before " + awaited + " came: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }
}
