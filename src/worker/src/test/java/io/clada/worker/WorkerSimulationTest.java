package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Priority;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Requests of all classes and tenants, duplicates, cancellations early and late, deadlines, tokens,
 * commits, rebalances, stops, crashes and the engine's late words in random orders. To see a
 * failure again, put the seed that jqwik reports into {@code @Property(seed = "...")}.
 */
class WorkerSimulationTest {
  private static final List<String> IDS = List.of("a", "b", "c", "d", "aa");
  private static final List<String> TENANTS = List.of("", "gold", "iron");
  private static final List<Priority> PRIORITIES = List.of(Priority.values());
  private static final int STEPS = 150;

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void everyGenerationIsWholeAndEndsOnce(@ForAll long seed) {
    try (Run run = new Run(seed, Map.of())) {
      run.play(WorkerHarness::crash);
      for (String id : IDS) {
        run.checkExactlyOnce(id);
      }
      run.checkNothingIsLeft();
    }
  }

  /** The same without transactions: tokens and ends may come twice, but none is missing. */
  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void nothingIsMissingWithoutTransactions(@ForAll long seed) {
    try (Run run = new Run(seed, Map.of("processing.guarantee", "at_least_once"))) {
      run.play(worker -> worker.crashWithoutTransactions(run.random));
      for (String id : IDS) {
        run.checkAtLeastOnce(id);
      }
      assertThat(run.worker.queueLength()).isZero();
    }
  }

  private static final class Run implements AutoCloseable {
    private final Random random;
    private final WorkerHarness worker;
    private final Set<String> cancelled = new HashSet<>();
    private final Map<Long, Integer> crashes = new HashMap<>();

    Run(long seed, Map<String, String> guarantee) {
      random = new Random(seed);
      Map<String, String> settings = new HashMap<>(guarantee);
      settings.put("clada.tenant.weights", "gold:3");
      settings.put("clada.tenant.tokens.per.minute", "iron:600");
      settings.put("clada.finished.max.requests", "3");
      worker = new WorkerHarness(settings, 2, List.of(ScriptedEngine.MODEL));
      worker.commitByHand();
    }

    void play(Consumer<WorkerHarness> crash) {
      for (int step = 0; step < STEPS; step++) {
        String id = IDS.get(random.nextInt(IDS.size()));
        switch (random.nextInt(16)) {
          case 0, 1, 2 -> worker.request(id, request());
          case 3 -> {
            cancelled.add(id);
            worker.cancel(id, worker.now().plusMillis(random.nextInt(200) - 100));
          }
          case 4 -> worker.engine.settle();
          case 5 -> random(1, worker::restart, worker::stop);
          case 6 -> {
            worker.engine.seeds().forEach(run -> crashes.merge(run, 1, Integer::sum));
            crash.accept(worker);
          }
          case 7, 8, 9 -> worker.engine.step();
          case 10, 11, 12 -> worker.commit();
          default -> worker.drain();
        }
      }
      for (int i = 0; i < 400; i++) {
        worker.engine.step();
        worker.drain();
        worker.commit();
      }
      worker.pass(Duration.ofMinutes(2)); // budgets fill
      for (int i = 0; i < 400; i++) {
        worker.engine.step();
        worker.drain();
        worker.commit();
      }
    }

    private void random(int odds, Runnable one, Runnable other) {
      if (random.nextInt(odds + 1) == 0) {
        one.run();
      } else {
        other.run();
      }
    }

    private GenerationRequest request() {
      return GenerationRequest.newBuilder()
          .setPrompt(random.nextInt(8) == 0 ? "" : "Once")
          .setMaxNewTokens(1 + random.nextInt(15))
          .setSeed(random.nextLong())
          .setPriority(PRIORITIES.get(random.nextInt(PRIORITIES.size())))
          .setTenant(TENANTS.get(random.nextInt(TENANTS.size())))
          .setDeadline(random.nextInt(6) == 0 ? worker.now().plusMillis(random.nextInt(300)) : null)
          .setRerun(random.nextInt(4) == 0)
          .build();
    }

    /** Splits at the terminal events and checks what stands between them. */
    void checkExactlyOnce(String id) {
      List<TokenEvent> generation = new ArrayList<>();
      Set<TokenEvent> ends = new HashSet<>();
      for (TokenEvent token : worker.tokens(id)) {
        if (generation.isEmpty() && ends.contains(token)) {
          continue; // repeated for a duplicate
        }
        assertThat(token.getTokenIndex()).as("no hole").isEqualTo(generation.size());
        if (!generation.isEmpty()) {
          assertThat(token.getAttempt())
              .as("attempts only grow")
              .isGreaterThanOrEqualTo(generation.get(generation.size() - 1).getAttempt());
        }
        generation.add(token);
        if (token.getFinish() != null) {
          checkEnd(id, token);
          assertThat(token.getUsage().getCompletionTokens())
              .as("usage agrees with the tokens")
              .isEqualTo((int) generation.stream().filter(t -> t.getTokenId() != null).count());
          generation.forEach(each -> assertSameDraw(each, token.getUsage().getSeed()));
          generation.clear();
          ends.add(token);
        }
      }
      assertThat(generation).as("no one waits").isEmpty();
    }

    void checkAtLeastOnce(String id) {
      Set<List<Integer>> seen = new HashSet<>();
      for (TokenEvent token : worker.tokens(id)) {
        if (token.getTokenId() != null) {
          seen.add(List.of(token.getTokenIndex(), token.getTokenId()));
        }
        if (token.getFinish() != null) {
          checkEnd(id, token);
          for (int i = 0; i < token.getUsage().getCompletionTokens(); i++) {
            int drawn = ScriptedEngine.tokenId(token.getUsage().getSeed(), i);
            assertThat(seen).as("no hole").contains(List.of(i, drawn));
          }
        }
      }
      assertThat(worker.tokens(id).isEmpty() || worker.last(id).getFinish() != null)
          .as("no one waits")
          .isTrue();
    }

    private void checkEnd(String id, TokenEvent end) {
      if (end.getFinish() == Finish.ERROR) {
        assertThat(end.getMessage())
            .as("what was late or of another attempt does no harm")
            .startsWith("3 workers died");
      }
      if (end.getFinish() == Finish.CANCELLED) {
        assertThat(cancelled).contains(id);
      }
    }

    void checkNothingIsLeft() {
      assertThat(worker.queueLength()).isZero();
      assertThat(worker.keepsNothingButFinished()).isTrue();
      assertThat(worker.store(FinishedRequests.NAME)).hasSizeLessThanOrEqualTo(3);
      assertThat(worker.engine.size()).isZero();
      assertThat(crashes.values()).as("deaths under one run").allMatch(deaths -> deaths <= 3);
    }

    /** The token that this seed has at this index, whichever attempt it came from. */
    private static void assertSameDraw(TokenEvent token, long seed) {
      if (token.getTokenId() != null) {
        assertThat(token.getTokenId())
            .isEqualTo(ScriptedEngine.tokenId(seed, token.getTokenIndex()));
      }
    }

    @Override
    public void close() {
      worker.close();
    }
  }
}
