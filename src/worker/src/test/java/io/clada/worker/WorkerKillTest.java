package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What befalls a worker's process in mid-sentence, over real Kafka; another one goes on. */
class WorkerKillTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration SLOW = Duration.ofMillis(10);
  private static final Duration FAST = Duration.ofMillis(1);

  private final Stories stories = Stories.of(1200, "a", "b", "c", "d");

  @TempDir Path folder;
  private EmbeddedKafka kafka;
  private Traffic traffic;

  @BeforeEach
  void post() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      new Topics("clada").createMissing(admin, 2, (short) 1);
    }
    traffic = new Traffic(kafka.bootstrapServers());
    traffic.listen(2);
    stories.post(traffic);
  }

  @AfterEach
  void close() {
    traffic.close();
    kafka.close();
  }

  @Test
  void killed() throws Exception {
    try (WorkerProcess first = start("one", SLOW)) {
      await().atMost(PATIENCE).until(() -> stories.allHave(traffic, 10));
    }
    assertThat(traffic.ended()).as("killed in mid-sentence").isZero();

    // On the same state folder, as after a restart.
    try (WorkerProcess second = start("one", FAST)) {
      assertGoesOn();
    }
  }

  @Test
  void toldToStop() throws Exception {
    try (WorkerProcess first = start("one", SLOW)) {
      await().atMost(PATIENCE).until(() -> stories.allHave(traffic, 10));
      try (WorkerProcess second = start("two", FAST)) {
        first.signal("TERM");
        assertThat(first.exitCode()).as(first.log()).isEqualTo(143);
        assertGoesOn();
      }
    }
  }

  @Test
  void pausedUntilItsPartitionsAreAnothers() throws Exception {
    try (WorkerProcess first = start("one", SLOW)) {
      await().atMost(PATIENCE).until(() -> stories.allHave(traffic, 10));
      first.signal("STOP");
      try (WorkerProcess second = start("two", FAST)) {
        await().atMost(PATIENCE).until(() -> traffic.ended() == stories.ids().size());
        first.signal("CONT");
        Stories more = Stories.of(300, "e", "f", "g", "h");
        more.post(traffic);
        await().atMost(PATIENCE).until(() -> traffic.ended() == 8);
        more.assertWhole(traffic);
      }
      stories.assertWhole(traffic);

      // Fenced, it has lost what it held, but not its life.
      Stories alone = Stories.of(300, "i", "j", "k", "l");
      alone.post(traffic);
      await().atMost(PATIENCE).until(() -> traffic.ended() == 12);
      alone.assertWhole(traffic);
      assertThat(first.isAlive()).isTrue();
    }
  }

  @Test
  void leftWithoutRoomForItsState() throws Exception {
    try (WorkerProcess first = start("one", FAST)) {
      Stories.of(100_000, "long", "longer").post(traffic);
      await().atMost(PATIENCE).until(() -> stories.allHave(traffic, 10));
      first.limitFiles(16 << 10);
      assertThat(first.exitCode()).as(first.log()).isEqualTo(1);
      assertThat(first.log()).contains("state.dir: the state cannot be written");
    }
    traffic.cancel("long");
    traffic.cancel("longer");

    try (WorkerProcess second = start("two", FAST)) {
      await().atMost(PATIENCE).until(() -> traffic.ended() == stories.ids().size() + 2);
      stories.assertWhole(traffic);
    }
  }

  private void assertGoesOn() {
    await().atMost(PATIENCE).until(() -> traffic.ended() == stories.ids().size());
    stories.assertWhole(traffic);
    assertThat(traffic.tokens("a")).extracting(TokenEvent::getAttempt).startsWith(0).contains(1);
  }

  private WorkerProcess start(String name, Duration perToken) throws Exception {
    return WorkerProcess.start(kafka.bootstrapServers(), folder.resolve(name), perToken);
  }
}
