package io.clada.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.schemas.Finish;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Answers that are long in coming. */
final class WaitingTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final String HEARTBEAT = ": still here\n\n";

  @RegisterExtension static final ScriptedGateway site = new ScriptedGateway();

  @Test
  void aStreamThatIsQueuedIsKeptAliveByComments() throws Exception {
    GatewayServer gateway = site.start(limits(Duration.ofMillis(50), PATIENCE));
    try (SocketClient client = new SocketClient(gateway).ask("wait in the queue", true)) {
      String id = site.fleet().awaitId("wait in the queue");
      assertThat(client.readUntil(HEARTBEAT))
          .startsWith("HTTP/1.1 200 OK")
          .contains("text/event-stream");
      client.readUntil(HEARTBEAT);

      site.fleet().token(id, 0, 0, "once");
      client.readUntil("\"once\"");
      client.readUntil(HEARTBEAT);
      site.fleet().end(id, 1, Finish.STOP, null);

      assertThat(client.readUntil("data: [DONE]")).contains("\"finish_reason\":\"stop\"");
    }
  }

  @Test
  void aRefusalThatComesAfterACommentIsTheLastEvent() throws Exception {
    GatewayServer gateway = site.start(limits(Duration.ofMillis(50), PATIENCE));
    try (SocketClient client = new SocketClient(gateway).ask("wait in vain", true)) {
      String id = site.fleet().awaitId("wait in vain");
      client.readUntil(HEARTBEAT);

      site.fleet().end(id, 0, Finish.OVERLOADED, "the queue is full");

      assertThat(client.readUntil("\r\n0\r\n"))
          .contains("data: {\"error\":{", "the queue is full", "\"overloaded\"")
          .doesNotContain("[DONE]");
    }
  }

  @Test
  void aFleetThatIsSilentIsWaitedForNoLonger() throws Exception {
    GatewayServer gateway = site.start(limits(PATIENCE, Duration.ofSeconds(3)));
    try (SocketClient whole = new SocketClient(gateway).ask("wait whole", false);
        SocketClient streamed = new SocketClient(gateway).ask("wait streamed", true);
        SocketClient halfway = new SocketClient(gateway).ask("wait halfway", true)) {
      site.fleet().token(site.fleet().awaitId("wait halfway"), 0, 0, "well");

      for (SocketClient unanswered : new SocketClient[] {whole, streamed}) {
        assertThat(unanswered.readUntil("\"timeout\""))
            .startsWith("HTTP/1.1 504")
            .contains("in 3 s");
      }
      assertThat(halfway.readUntil("\"timeout\""))
          .startsWith("HTTP/1.1 200")
          .contains("\"well\"", "data: {\"error\":{");
      for (String prompt : new String[] {"wait whole", "wait streamed", "wait halfway"}) {
        String id = site.fleet().awaitId(prompt);
        await().atMost(PATIENCE).until(() -> site.fleet().isCancelled(id));
      }
    }
  }

  @Test
  void anAnswerThatAClosingGatewayCutsOffSaysSo() throws Exception {
    GatewayServer gateway = site.start(GatewayLimits.DEFAULT);
    try (SocketClient client = new SocketClient(gateway).ask("wait for the end", true)) {
      String id = site.fleet().awaitId("wait for the end");
      site.fleet().token(id, 0, 0, "well");
      client.readUntil("\"well\"");

      gateway.close();

      assertThat(client.readUntil("\r\n0\r\n"))
          .contains("data: {\"error\":{", "the gateway is shutting down");
      await().atMost(PATIENCE).until(() -> site.fleet().isCancelled(id));
    }
  }

  private static GatewayLimits limits(Duration heartbeat, Duration silence) {
    GatewayLimits usual = GatewayLimits.DEFAULT;
    return new GatewayLimits(
        usual.streams(), usual.bodyBytes(), usual.headerBytes(), usual.idle(), heartbeat, silence);
  }
}
