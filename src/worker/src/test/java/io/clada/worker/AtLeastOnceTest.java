package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code processing.guarantee=at_least_once}: no transactions, so tokens are visible at once, and
 * after a crash some come twice. Nothing is missing, and what comes again is the same.
 */
class AtLeastOnceTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int TOKENS = 1200;

  @TempDir Path folder;

  @Test
  void losesNothingInACrash() throws Exception {
    Stories stories = Stories.of(TOKENS, "a", "b", "c", "d");
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        Traffic traffic = new Traffic(kafka.bootstrapServers())) {
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        new Topics("clada").createMissing(admin, 2, (short) 1);
      }
      traffic.listen(2);
      stories.post(traffic);
      try (WorkerProcess first = start(kafka, Duration.ofMillis(10))) {
        await().atMost(PATIENCE).until(() -> stories.allHave(traffic, 10));
      }
      try (WorkerProcess second = start(kafka, Duration.ofMillis(1))) {
        for (String id : stories.ids()) {
          await().atMost(PATIENCE).until(() -> hasEnded(traffic, id));
          assertComplete(traffic, id);
        }
      }
    }
  }

  private static boolean hasEnded(Traffic traffic, String id) {
    return traffic.tokens(id).stream().anyMatch(token -> token.getFinish() != null);
  }

  /** What a reader has who lets each token replace an earlier one of the same index. */
  private static void assertComplete(Traffic traffic, String id) {
    Map<Integer, TokenEvent> latest = new TreeMap<>();
    for (TokenEvent token : traffic.tokens(id)) {
      TokenEvent before = latest.put(token.getTokenIndex(), token);
      if (before != null) {
        assertThat(token.getTokenId()).as("the same again").isEqualTo(before.getTokenId());
        assertThat(token.getAttempt()).isGreaterThan(before.getAttempt());
      }
    }
    assertThat(latest.keySet())
        .containsExactlyElementsOf(IntStream.range(0, TOKENS).boxed().toList());
    assertThat(latest.get(TOKENS - 1).getFinish()).isEqualTo(Finish.LENGTH);
  }

  private WorkerProcess start(EmbeddedKafka kafka, Duration perToken) throws Exception {
    return WorkerProcess.start(
        kafka.bootstrapServers(), folder.resolve("worker"), perToken, "at_least_once");
  }
}
