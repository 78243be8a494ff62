package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.cli.ChaosLedger.DeadLetter;
import io.clada.cli.ChaosPlan.Fault;
import io.clada.cli.ChaosPlan.Kind;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.topics.Topics;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A fleet of processes under fire: what a read_committed consumer sees is what it would have seen
 * in peace. {@code -Dchaos.minutes=30} is a longer fire; {@code -Dchaos.seed=N} repeats the faults
 * and requests of a run that printed N, though not what the computer does meanwhile.
 */
final class ChaosTest {
  private static final long SEED = Long.getLong("chaos.seed", System.nanoTime() & 0xffffff);
  private static final Duration FIRE =
      Duration.ofMillis(
          Math.round(60_000 * Double.parseDouble(System.getProperty("chaos.minutes", "2"))));
  private static final int REQUESTS = (int) Math.max(200, 200 * FIRE.toMinutes() / 3);

  /** What a slow computer may need for a fleet to start, or for all that is left to be answered. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir private Path folder;
  private ChaosFleet fleet;
  private ChaosLedger ledger;
  private ChaosPosts posts;

  @BeforeEach
  void start() throws Exception {
    fleet = new ChaosFleet(folder, freePort(), freePort());
    fleet.startBroker();
    fleet.awaitRunning("broker");
    fleet.startWorker(0);
    fleet.startWorker(1);
    ledger = new ChaosLedger(fleet.properties(), new Topics("clada"));
    posts = new ChaosPosts(fleet.properties(), new Topics("clada"));
  }

  @AfterEach
  void stop() throws Exception {
    posts.close();
    ledger.close();
    fleet.close();
  }

  @Test
  void aReadCommittedConsumerSeesNothingOfTheFire() throws Exception {
    ChaosPlan plan = ChaosPlan.of(SEED, FIRE);
    List<ChaosRequest> requests = ChaosRequest.of(SEED, REQUESTS, FIRE);
    Map<String, String> texts = ChaosTexts.of(requests);
    System.out.printf(
        "Chaos: -Dchaos.seed=%d -Dchaos.minutes=%.1f, %d requests%n",
        SEED, FIRE.toMillis() / 60e3, requests.size());

    long begin = System.nanoTime();
    try (Timetable posting = new Timetable(1);
        Timetable fire = new Timetable(ChaosPlan.WORKERS + 1)) {
      requests.forEach(request -> schedule(posting, request));
      plan.faults().forEach(fault -> schedule(fire, fault));
      posting.await();
      fire.await();
    }
    posts.flush();
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () ->
                assertThat(
                        requests.stream().map(ChaosRequest::id).filter(id -> !ledger.hasEnded(id)))
                    .isEmpty());

    assertThat(List.of(ChaosFleet.name(0), ChaosFleet.name(1)))
        .as("workers that did not die of themselves")
        .allMatch(fleet::isAlive);
    requests.forEach(request -> ledger.assertAnswered(request, texts.get(request.id())));
    List<DeadLetter> deadLetters = ledger.deadLetters();
    assertThat(deadLetters.stream().map(DeadLetter::id))
        .as("dead letters: %s", deadLetters)
        .containsExactlyInAnyOrderElementsOf(
            requests.stream().filter(r -> r.request() == null).map(ChaosRequest::id).toList());
    System.out.printf(
        "Chaos: %d tokens of %d requests in %.0f s, none lost, doubled or reordered; %d answers of"
            + " dense as in peace; the longest hand-over of an answer took %.1f s%n",
        ledger.size(),
        requests.size(),
        (System.nanoTime() - begin) / 1e9,
        texts.size(),
        ledger.longestHandOver(id -> true).toMillis() / 1e3);
  }

  @Test
  void aDeadOrDepartedWorkersAnswersGoOn() throws Exception {
    disturb("killed", () -> fleet.kill(ChaosFleet.name(0)));
    fleet.startWorker(0);
    disturb("stopped", () -> assertThat(fleet.stop(ChaosFleet.name(1))).isEqualTo(143));

    Duration afterKill = ledger.longestHandOver(id -> id.startsWith("killed-"));
    Duration afterStop = ledger.longestHandOver(id -> id.startsWith("stopped-"));
    System.out.printf(
        "Chaos: longest gap after kill -9 %.1f s, after SIGTERM %.1f s%n",
        afterKill.toMillis() / 1e3, afterStop.toMillis() / 1e3);
    assertThat(afterKill).as("hand-over after kill -9").isPositive();
    assertThat(afterStop).as("hand-over after SIGTERM").isPositive();
  }

  private interface Disturbance {
    void run() throws Exception;
  }

  /** Disturbs many long answers in mid-sentence, and waits for all of them. */
  private void disturb(String prefix, Disturbance disturbance) throws Exception {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> fleet.isShared(2));
    List<String> warmUp = post(prefix + "-before", 50, 1); // every partition is served
    await().atMost(PATIENCE).until(() -> warmUp.stream().allMatch(ledger::hasEnded));
    // No more than one worker runs at once: waiting for a slot is not what is measured.
    List<String> ids = post(prefix, 24, 220);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> ids.stream().allMatch(ledger::hasBegun)); // a short one may have ended as well
    disturbance.run();
    await().atMost(PATIENCE).until(() -> ids.stream().allMatch(ledger::hasEnded));
  }

  private List<String> post(String prefix, int count, int tokens) {
    List<String> ids = IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
    for (String id : ids) {
      posts.post(
          id,
          GenerationRequest.newBuilder()
              .setPrompt("once upon a time there was " + id)
              .setMaxNewTokens(tokens)
              .setTemperature(1.5)
              .setTopP(1.0)
              .setSeed(11L)
              .build());
    }
    return ids;
  }

  private void schedule(Timetable posting, ChaosRequest request) {
    posting.at(
        0,
        request.at(),
        () -> {
          if (request.request() == null) {
            posts.garbage(request.id());
          } else {
            posts.post(request.id(), request.request());
          }
          return null;
        });
    if (request.cancelAfter() != null) {
      posting.at(
          0,
          request.at().plus(request.cancelAfter()),
          () -> {
            posts.cancel(request.id());
            return null;
          });
    }
  }

  private void schedule(Timetable fire, Fault fault) {
    fire.at(
        fault.victim(),
        fault.at(),
        () -> {
          System.out.println("Chaos: " + fault);
          begin(fault);
          return null;
        });
    fire.at(
        fault.victim(),
        fault.end(),
        () -> {
          end(fault);
          return null;
        });
  }

  private void begin(Fault fault) throws Exception {
    String worker = ChaosFleet.name(fault.worker());
    if (fault.kind() != Kind.JOIN && fault.kind() != Kind.BROKER) {
      assertThat(fleet.isAlive(worker)).as("dies of nothing else: %s", fleet.log(worker)).isTrue();
    }
    switch (fault.kind()) {
      case KILL -> fleet.kill(worker);
      case STOP -> fleet.stop(worker);
      case PAUSE -> fleet.signal(worker, "STOP");
      case JOIN -> fleet.startWorker(fault.worker());
      case BROKER -> fleet.kill("broker");
    }
  }

  /** What is started again is there before it is disturbed again, however slow the computer. */
  private void end(Fault fault) throws Exception {
    String worker = ChaosFleet.name(fault.worker());
    switch (fault.kind()) {
      case KILL, STOP -> {
        fleet.startWorker(fault.worker());
        fleet.awaitRunning(worker);
      }
      case PAUSE -> fleet.signal(worker, "CONT");
      case JOIN -> fleet.stop(worker);
      case BROKER -> {
        fleet.startBroker();
        fleet.awaitRunning("broker");
      }
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
