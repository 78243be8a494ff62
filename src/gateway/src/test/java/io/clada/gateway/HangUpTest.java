package io.clada.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.schemas.Finish;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that is gone does not keep the fleet at work. */
final class HangUpTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @RegisterExtension static final ScriptedGateway site = new ScriptedGateway();

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRequestWhoseClientIsGoneIsCancelledWhileItIsQueued(boolean streamed) throws Exception {
    String prompt = "wait for nothing " + streamed;
    SocketClient client = open().ask(prompt, streamed);
    String id = site.fleet().awaitId(prompt);
    assertThat(site.fleet().isCancelled(id)).isFalse();

    client.close();

    await().atMost(PATIENCE).until(() -> site.fleet().isCancelled(id));
  }

  @Test
  void aRequestWhoseClientIsGoneIsCancelledWhileItStreams() throws Exception {
    SocketClient client = open().ask("wait halfway", true);
    String id = site.fleet().awaitId("wait halfway");
    site.fleet().token(id, 0, 0, "well");
    assertThat(client.readUntil("well")).startsWith("HTTP/1.1 200 OK");

    client.close();

    await().atMost(PATIENCE).until(() -> site.fleet().isCancelled(id));
  }

  @Test
  void aClientThatWaitsGetsItsAnswerHoweverLateAndCanAskAgain() throws Exception {
    try (SocketClient client = open().ask("wait patiently", false)) {
      String id = site.fleet().awaitId("wait patiently");
      // Meanwhile it is looked whether the client is still there.
      await()
          .during(Duration.ofSeconds(1))
          .atMost(PATIENCE)
          .until(() -> !site.fleet().isCancelled(id));
      site.fleet().token(id, 0, 0, "at last");
      site.fleet().end(id, 1, Finish.STOP, null);

      assertThat(client.readUntil("at last")).startsWith("HTTP/1.1 200 OK");
      client.readUntil("}}");
      client.ask("count 2", false);
      assertThat(client.readUntil("0 1")).contains("HTTP/1.1 200 OK");
      assertThat(site.fleet().isCancelled(id)).isFalse();
    }
  }

  @Test
  void aGatewayThatStopsCancelsWhatDoesNotEndInTime() throws Exception {
    GatewayServer stopped =
        new GatewayServer(GatewaySettings.loopback(0), site.fleet().properties());
    stopped.start();
    String id;
    try (SocketClient client = new SocketClient(stopped).ask("wait on", true)) {
      id = site.fleet().awaitId("wait on");
      stopped.close();
    }

    await().atMost(PATIENCE).until(() -> site.fleet().isCancelled(id));
  }

  @Test
  void tokensThatComeAgainAreSentOnce() throws Exception {
    try (SocketClient client = open().ask("wait same", true, ", 'reading': 'fast'")) {
      String id = site.fleet().awaitId("wait same");
      List.of("a", "b").forEach(text -> site.fleet().token(id, "ab".indexOf(text), 0, text));
      client.readUntil("\"b\"");
      site.fleet().token(id, 0, 1, "a");
      site.fleet().token(id, 1, 1, "b");
      site.fleet().token(id, 2, 1, "c");
      site.fleet().end(id, 3, Finish.STOP, null);

      assertThat(client.readUntil("[DONE]")).contains("\"c\"").doesNotContain("\"a\"", "\"b\"");
    }
  }

  @Test
  void tokensThatComeAgainAsOthersEndTheStream() throws Exception {
    try (SocketClient client = open().ask("wait other", true, ", 'reading': 'fast'")) {
      String id = site.fleet().awaitId("wait other");
      site.fleet().token(id, 0, 0, "a");
      client.readUntil("\"a\"");
      site.fleet().token(id, 0, 1, "z");

      assertThat(client.readUntil("\"retracted\"")).contains("\"reading\\\": \\\"final");
      await().atMost(PATIENCE).until(() -> site.fleet().isCancelled(id));
    }
  }

  private static SocketClient open() throws Exception {
    return new SocketClient(site.server());
  }
}
