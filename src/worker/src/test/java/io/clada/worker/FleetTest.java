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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several workers over real Kafka, who must tell a death from a stop and from a rebalance. */
class FleetTest {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final List<String> IDS = List.of("a", "b", "c", "d", "e", "f");

  @TempDir Path folder;
  private EmbeddedKafka kafka;
  private Traffic traffic;
  private final List<WorkerProcess> processes = new ArrayList<>();

  @BeforeEach
  void open() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      new Topics("clada").createMissing(admin, 2, (short) 1);
    }
    traffic = new Traffic(kafka.bootstrapServers());
    traffic.listen(2);
  }

  @AfterEach
  void close() throws Exception {
    for (WorkerProcess process : processes) {
      process.close();
    }
    traffic.close();
    kafka.close();
  }

  @Test
  void aPoisonousPromptTakesThreeWorkersAndNoneOfItsNeighbours() throws Exception {
    WorkerProcess[] fleet = {start(0), start(1)};
    IDS.forEach(id -> traffic.post(id, request("Once", 2000)));
    await().atMost(SOON).until(() -> IDS.stream().allMatch(id -> traffic.tokens(id).size() > 10));
    traffic.post("poison", request(WorkerProcess.POISON, 10));

    int deaths = 0;
    while (traffic.tokens("poison").isEmpty()) {
      for (int i = 0; i < fleet.length; i++) {
        if (!fleet[i].isAlive()) {
          assertThat(fleet[i].exitCode()).isEqualTo(WorkerProcess.DIED_OF_POISON);
          assertThat(++deaths).isLessThanOrEqualTo(3);
          fleet[i] = start(i);
        }
      }
    }
    await().atMost(SOON).until(() -> traffic.ended() == IDS.size() + 1);

    assertThat(deaths).isEqualTo(3);
    TokenEvent end = traffic.tokens("poison").get(0);
    assertThat(end.getFinish()).isEqualTo(Finish.ERROR);
    assertThat(end.getMessage()).startsWith("3 workers died");
    assertThat(traffic.deadLetters()).hasSize(1);
    assertThat(traffic.deadLetters().get(0).key()).isEqualTo(WorkerHarness.utf8("poison"));
    IDS.forEach(id -> assertWhole(id, 2000));
  }

  @Test
  void aPromptThatKillsWhoChecksItTakesAWorkerThreeTimes() throws Exception {
    traffic.post("poison", request(WorkerProcess.BITTER_POISON, 10));
    traffic.post("after", request("Once", 10));
    for (int death = 0; death < 3; death++) {
      assertThat(start(0).exitCode()).isEqualTo(WorkerProcess.DIED_OF_POISON);
    }
    start(0);
    await().atMost(SOON).until(() -> traffic.ended() == 2);

    TokenEvent end = traffic.tokens("poison").get(0);
    assertThat(end.getFinish()).isEqualTo(Finish.ERROR);
    assertThat(end.getMessage()).startsWith("a worker died 3 times while it checked this request");
    assertThat(traffic.deadLetters()).hasSize(1);
    assertWhole("after", 10);
  }

  @Test
  void aRebalanceAndAStopAreNoDeaths() {
    ScriptedEngine engine = new ScriptedEngine();
    ScriptedEngine other = new ScriptedEngine();
    try (Pace slow = Pace.of(engine, Duration.ofMillis(10));
        Pace alsoSlow = Pace.of(other, Duration.ofMillis(10));
        Worker second = new Worker(config("second"), other)) {
      try (Worker first = new Worker(config("first"), engine)) {
        first.start();
        IDS.forEach(id -> traffic.post(id, request("Once", 3000)));
        await().atMost(SOON).until(() -> engine.size() == IDS.size());
        second.start();
        await().atMost(SOON).until(() -> other.size() > 0 && engine.size() < IDS.size());
      }
      await().atMost(SOON).until(() -> other.size() == IDS.size());
      try (Pace quick = Pace.of(other, Duration.ofMillis(1))) {
        await().atMost(SOON).until(() -> traffic.ended() == IDS.size());
      }

      IDS.forEach(id -> assertWhole(id, 3000));
    }
  }

  private void assertWhole(String id, int tokens) {
    List<TokenEvent> all = traffic.tokens(id);
    assertThat(all)
        .extracting(TokenEvent::getTokenIndex)
        .containsExactlyElementsOf(IntStream.range(0, tokens).boxed().toList());
    assertThat(all.get(tokens - 1).getFinish()).isEqualTo(Finish.LENGTH);
  }

  private static GenerationRequest request(String prompt, int maxNewTokens) {
    return GenerationRequest.newBuilder().setPrompt(prompt).setMaxNewTokens(maxNewTokens).build();
  }

  private WorkerProcess start(int worker) throws Exception {
    WorkerProcess process =
        WorkerProcess.start(
            kafka.bootstrapServers(), folder.resolve(String.valueOf(worker)), Duration.ofMillis(2));
    processes.add(process);
    return process;
  }

  /** One death would be one too many. */
  private WorkerConfig config(String state) {
    Properties properties =
        WorkerProcess.properties(kafka.bootstrapServers(), folder.resolve(state));
    properties.setProperty("clada.max.attempts", "1");
    return WorkerConfig.of(properties);
  }
}
