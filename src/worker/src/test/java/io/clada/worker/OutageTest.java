package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away in mid-sentence and comes back. */
class OutageTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path folder;

  @Test
  void goesOnWhereItStoppedOnceTheBrokerIsBack() throws Exception {
    int port = StartupTest.freePort();
    Stories stories = Stories.of(400, "a", "b", "c");
    ScriptedEngine engine = new ScriptedEngine();
    EmbeddedKafka before = broker(port);
    try (Worker worker = worker(before, engine);
        Traffic traffic = new Traffic(before.bootstrapServers())) {
      worker.start();
      traffic.listen(2);
      stories.post(traffic);
      await().atMost(PATIENCE).until(() -> engine.size() == 3);
      try (Pace pace = Pace.of(engine, Duration.ofMillis(5))) {
        await().atMost(PATIENCE).until(() -> stories.allHave(traffic, 20));
        before.close();
        try (EmbeddedKafka after = broker(port)) {
          await().atMost(PATIENCE).until(() -> traffic.ended() == 3);
          assertThat(worker.isRunning()).isTrue();
          stories.assertWhole(traffic);
          worker.close();
        }
      }
    } finally {
      before.close();
    }
  }

  private EmbeddedKafka broker(int port) {
    return EmbeddedKafka.start(new EmbeddedKafka.Options(folder.resolve("kafka"), port, Map.of()));
  }

  private Worker worker(EmbeddedKafka kafka, ScriptedEngine engine) {
    return new Worker(
        WorkerConfig.of(
            WorkerProcess.properties(kafka.bootstrapServers(), folder.resolve("state"))),
        engine);
  }
}
