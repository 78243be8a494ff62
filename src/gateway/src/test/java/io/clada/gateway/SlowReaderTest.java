package io.clada.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.schemas.Finish;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Clients that do not read their stream, beside others whose tokens are in the same partition. */
final class SlowReaderTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** More than the gateway buffers and the sockets hold. */
  private static final int TOKENS = 600;

  private static final String LONG = "-".repeat(32 * 1024);

  @RegisterExtension static final ScriptedGateway site = new ScriptedGateway(1);

  @Test
  void aClientThatDoesNotReadHoldsUpNoOtherAndLosesNothing() throws Exception {
    try (SocketClient slow = new SocketClient(site.server()).ask("wait for me", true)) {
      String id = write("wait for me");

      for (int i = 0; i < 10; i++) {
        assertThat(Gateways.json(Gateways.chat(site.server(), "count 3", "")).toString())
            .contains("0 1 2");
      }

      assertThat(site.fleet().isCancelled(id)).isFalse();
      for (int i = 0; i < TOKENS; i++) {
        assertThat(slow.readUntil(LONG)).contains("\"text\":\"" + i + LONG);
      }
      site.fleet().end(id, TOKENS, Finish.STOP, null);
      assertThat(slow.readUntil("data: [DONE]")).doesNotContain(LONG);
    }
  }

  @Test
  void aClientThatReadsNothingForTooLongIsGivenUp() throws Exception {
    GatewayLimits usual = GatewayLimits.DEFAULT;
    GatewayServer gateway =
        site.start(
            new GatewayLimits(
                usual.streams(),
                usual.bodyBytes(),
                usual.headerBytes(),
                Duration.ofSeconds(1),
                usual.heartbeat(),
                usual.silence()));
    try (SocketClient stuck = new SocketClient(gateway).ask("wait for ever", true)) {
      String id = write("wait for ever");

      await().atMost(PATIENCE).until(() -> site.fleet().isCancelled(id));
      assertThat(Gateways.get(gateway, "/metrics").body()).contains("clada_gateway_streams 0.0");
    }
  }

  private static String write(String prompt) {
    String id = site.fleet().awaitId(prompt);
    for (int i = 0; i < TOKENS; i++) {
      site.fleet().token(id, i, 0, i + LONG);
    }
    return id;
  }
}
