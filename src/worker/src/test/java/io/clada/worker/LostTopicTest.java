package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Topics deleted by mistake: stop the workers, start them again. */
class LostTopicTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Topics TOPICS = new Topics("clada");

  private final Stories stories = Stories.of(2000, "a", "b", "c", "d");

  @TempDir Path folder;
  private EmbeddedKafka kafka;

  @BeforeEach
  void open() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  @Test
  void whatWasInFlightGoesOnAndWhatComesIsAnswered() throws Exception {
    stopInMidSentence();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.deleteTopics(List.of(TOPICS.requests(), TOPICS.tokens())).all().get();
      await()
          .atMost(PATIENCE)
          .until(() -> !admin.listTopics().names().get().contains(TOPICS.tokens()));
    }

    try (WorkerProcess again = start(Duration.ofMillis(1));
        Traffic traffic = new Traffic(kafka.bootstrapServers())) {
      await().atMost(PATIENCE).until(() -> has(TOPICS.tokens()) && has(TOPICS.requests()));
      traffic.listen(2);
      Stories more = Stories.of(10, "e", "f", "g", "h");
      more.post(traffic);
      await().atMost(PATIENCE).until(() -> traffic.ended() == 8);

      more.assertWhole(traffic);
      for (String id : stories.ids()) {
        List<TokenEvent> rest = traffic.tokens(id);
        int first = rest.get(0).getTokenIndex();
        assertThat(first).as("what was told before is lost with the topic").isPositive();
        assertThat(rest)
            .extracting(TokenEvent::getTokenIndex)
            .containsExactlyElementsOf(IntStream.range(first, 2000).boxed().toList());
        assertThat(rest.get(rest.size() - 1).getFinish()).isEqualTo(Finish.LENGTH);
      }
    }
  }

  @Test
  void whatChangelogsHeldIsForgottenAndMayBePostedAgain() throws Exception {
    stopInMidSentence();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      List<String> changelogs =
          admin.listTopics().names().get().stream().filter(n -> n.endsWith("-changelog")).toList();
      assertThat(changelogs).hasSize(4);
      admin.deleteTopics(changelogs).all().get();
      await()
          .atMost(PATIENCE)
          .until(() -> Collections.disjoint(admin.listTopics().names().get(), changelogs));
    }
    Utils.delete(folder.resolve("one").resolve("state").toFile());

    try (WorkerProcess again = start(Duration.ofMillis(1));
        Traffic traffic = new Traffic(kafka.bootstrapServers())) {
      traffic.listen(2);
      stories.post(traffic);
      await().atMost(PATIENCE).until(() -> traffic.ended() == stories.ids().size());
      for (String id : stories.ids()) {
        List<TokenEvent> all = traffic.tokens(id);
        List<TokenEvent> run = all.subList(all.size() - stories.tokens(), all.size());
        assertThat(run)
            .extracting(TokenEvent::getTokenIndex)
            .containsExactlyElementsOf(IntStream.range(0, stories.tokens()).boxed().toList());
      }
    }
  }

  private void stopInMidSentence() throws Exception {
    try (WorkerProcess worker = start(Duration.ofMillis(10))) {
      await().atMost(PATIENCE).until(() -> has(TOPICS.tokens()) && has(TOPICS.requests()));
      try (Traffic traffic = new Traffic(kafka.bootstrapServers())) {
        traffic.listen(2);
        stories.post(traffic);
        await().atMost(PATIENCE).until(() -> stories.allHave(traffic, 10));
        worker.signal("TERM");
        assertThat(worker.exitCode()).as(worker.log()).isEqualTo(143);
        assertThat(traffic.ended()).isZero();
      }
    }
  }

  private boolean has(String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      return admin.listTopics().names().get().contains(topic);
    }
  }

  private WorkerProcess start(Duration perToken) throws Exception {
    return WorkerProcess.start(kafka.bootstrapServers(), folder.resolve("one"), perToken);
  }
}
