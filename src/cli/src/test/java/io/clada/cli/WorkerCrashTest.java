package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.client.CladaClient;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A worker process killed in mid-sentence, against a broker that stays up. */
final class WorkerCrashTest {
  private static final List<String> IDS =
      IntStream.range(0, 6).mapToObj(i -> "story-" + i).toList();

  @TempDir private Path folder;

  @Test
  void aReadCommittedConsumerSeesEveryTokenOnceAndInOrder() throws Exception {
    Logging.interactive();
    TokenJournal journal = new TokenJournal();
    try (LocalSystem system = LocalSystem.start(LocalSystem.Options.ephemeral(2, null));
        TokenLog log = new TokenLog(system.properties(), system.topics(), IDS);
        CladaClient client = CladaClient.builder(Settings.asMap(system.properties())).build()) {
      for (String id : IDS) {
        client.post(id, longStory(id));
      }
      try (CladaProcess first = worker(system, "first")) {
        while (journal.size() < 20) {
          assertThat(first.isAlive()).describedAs(first.err()).isTrue();
          journal.read(log, Duration.ofMillis(20));
        }
        first.kill();
      }
      int seenBeforeTheCrash = journal.size();

      try (CladaProcess second = worker(system, "second")) {
        journal.readUntilFinished(log, IDS);
        await().atMost(Duration.ofMinutes(3)).until(() -> second.err().contains("running"));
        assertThat(second.terminate()).isEqualTo(143);
        assertThat(second.err()).doesNotContain("The worker dies").doesNotContain("clada: ");
      }

      IDS.forEach(journal::assertComplete);
      assertThat(IDS)
          .allSatisfy(id -> assertThat(journal.finish(id)).isIn(Finish.LENGTH, Finish.STOP));
      assertThat(journal.size()).isGreaterThan(seenBeforeTheCrash);
      assertThat(IDS)
          .describedAs("an answer that one worker began and another went on with")
          .anySatisfy(id -> assertContinued(journal.of(id)));
    }
  }

  private static void assertContinued(List<TokenEvent> answer) {
    assertThat(answer.get(0).getAttempt()).isZero();
    assertThat(answer.get(answer.size() - 1).getAttempt()).isPositive();
    assertThat(answer.stream().map(TokenEvent::getAttempt).toList()).isSorted();
  }

  private CladaProcess worker(LocalSystem system, String name) throws IOException {
    return CladaProcess.start(
        folder,
        name,
        "worker",
        "--bootstrap-servers",
        system.bootstrapServers(),
        "--schema-registry-url",
        system.registryUrl(),
        "-P",
        "clada.partitions=2",
        "-P",
        "state.dir=" + folder.resolve("state"));
  }

  /** Nearly as long as the context allows: at this temperature the model hardly finds an end. */
  private static GenerationRequest longStory(String id) {
    return GenerationRequest.newBuilder()
        .setPrompt("once upon a time there was " + id)
        .setMaxNewTokens(220)
        .setTemperature(1.5)
        .setTopP(1.0)
        .setSeed(11L)
        .build();
  }
}
