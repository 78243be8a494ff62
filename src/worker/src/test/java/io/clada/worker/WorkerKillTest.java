package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL in mid-sentence, over real Kafka, in real processes. */
class WorkerKillTest {
  private static final int TOKENS = 1500;
  private static final List<String> IDS = List.of("a", "b", "c", "d");

  @TempDir Path folder;

  @Test
  void losesDoublesAndReordersNothing() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        Traffic traffic = new Traffic(kafka.bootstrapServers())) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        new Topics("clada").createMissing(admin, 2, (short) 1);
      }
      traffic.listen(2);
      for (int i = 0; i < IDS.size(); i++) {
        traffic.post(
            IDS.get(i),
            GenerationRequest.newBuilder()
                .setPrompt("Once")
                .setMaxNewTokens(TOKENS)
                .setSeed((long) i)
                .build());
      }

      Process first = start(kafka, Duration.ofMillis(10));
      try {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> IDS.stream().allMatch(id -> traffic.tokens(id).size() > 10));
        assertThat(traffic.ended()).as("killed in mid-sentence").isZero();
      } finally {
        first.destroyForcibly().waitFor();
      }
      Process second = start(kafka, Duration.ofMillis(1));
      try {
        await().atMost(Duration.ofSeconds(90)).until(() -> traffic.ended() == IDS.size());
      } finally {
        second.destroyForcibly().waitFor();
      }

      for (int i = 0; i < IDS.size(); i++) {
        assertWhole(traffic.tokens(IDS.get(i)), i);
      }
    }
  }

  private static void assertWhole(List<TokenEvent> tokens, long seed) {
    assertThat(tokens)
        .extracting(TokenEvent::getTokenIndex)
        .containsExactlyElementsOf(IntStream.range(0, TOKENS).boxed().toList());
    assertThat(tokens)
        .extracting(TokenEvent::getTokenId)
        .containsExactlyElementsOf(
            IntStream.range(0, TOKENS)
                .map(index -> ScriptedEngine.tokenId(seed, index))
                .boxed()
                .toList());
    assertThat(tokens).extracting(TokenEvent::getAttempt).isSorted().startsWith(0).endsWith(1);
    TokenEvent last = tokens.get(TOKENS - 1);
    assertThat(last.getFinish()).isEqualTo(Finish.LENGTH);
    assertThat(last.getUsage().getCompletionTokens()).isEqualTo(TOKENS);
  }

  private Process start(EmbeddedKafka kafka, Duration perToken) throws Exception {
    return WorkerProcess.start(
        kafka.bootstrapServers(), folder.resolve("state"), folder.resolve("worker.log"), perToken);
  }
}
