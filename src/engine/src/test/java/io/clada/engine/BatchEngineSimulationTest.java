package io.clada.engine;

import static io.clada.engine.SpecBuilder.spec;
import static io.clada.engine.Tokens.alone;
import static io.clada.engine.Tokens.ids;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random traffic over a small cache: prompts of every length, some that share their beginning, all
 * modes, generations that are cancelled, resumed, or whose listener throws. All of it happens on
 * the engine's thread, from within listeners, so that a seed decides everything: to see a failure
 * again, put the seed that its message names into the list.
 */
class BatchEngineSimulationTest {
  private static final int GENERATIONS = 30;
  private static final int BLOCK = 128;
  private static final List<Mode> MODES = List.of(Mode.values());

  private CladaModel model;
  private BatchEngine engine;

  @BeforeEach
  void load() {
    model = TestModels.tiny("tiny-llama");
  }

  @AfterEach
  void close() {
    engine.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void everyGenerationEndsOnceAndSaysWhatItSaysAlone(long seed) throws InterruptedException {
    Random random = new Random(seed);
    int blocks = 2 + random.nextInt(5);
    int slots = 1 + random.nextInt(6);
    start(slots, blocks);
    Traffic traffic = new Traffic(seed, random);
    traffic.submit();

    assertThat(traffic.done.await(60, TimeUnit.SECONDS)).as("seed %d ends", seed).isTrue();
    assertThat(traffic.violations).as("seed %d", seed).isEmpty();
    assertThat(traffic.runs).as("seed %d", seed).hasSize(GENERATIONS);
    traffic.runs.forEach(run -> assertSameAlone(seed, run));
    assertTheCacheIsAllThere(seed, Math.min(slots, blocks / 2));
  }

  /** As far as it came. */
  private void assertSameAlone(long seed, Run run) {
    if (run.spec.mode() == Mode.DENSE || run.spec.mode() == Mode.EXACT) {
      List<Integer> actual = ids(run.tokens);
      List<Integer> expected = ids(alone(model, run.spec));
      assertThat(expected)
          .as("seed %d, %s", seed, run.spec)
          .hasSizeGreaterThanOrEqualTo(actual.size());
      new DenseOracle(model, run.spec).agrees(expected.subList(0, actual.size()), actual);
    }
  }

  /**
   * As many as fit into the cache at most run at the same time, which they do in all of it only.
   */
  private void assertTheCacheIsAllThere(long seed, int count) {
    long preemptions = engine.stats().preemptions();
    List<String> order = new ArrayList<>();
    List<Inbox> inboxes = new ArrayList<>();
    Prompts prompts = new Prompts(seed);
    for (int i = 0; i < count; i++) {
      Inbox inbox = new Inbox();
      inboxes.add(inbox);
      String prompt = prompts.ofTokens(model, 190);
      engine.submit(
          spec(Mode.DENSE).id("whole " + i).prompt(prompt).greedy().maxNewTokens(20).build(),
          token -> {
            order.add(token.finish() == null ? "runs" : "ends");
            if (token.index() == 0) {
              order.add("begins");
            }
            inbox.accept(token);
          });
    }
    inboxes.forEach(Inbox::untilFinished);

    assertThat(order.lastIndexOf("begins")).as("seed %d", seed).isLessThan(order.indexOf("ends"));
    assertThat(engine.stats().preemptions()).as("seed %d", seed).isEqualTo(preemptions);
  }

  @Test
  void everyGenerationEndsOnceWhicheverThreadsSubmitAndCancel() throws InterruptedException {
    start(4, 4);
    List<Inbox> inboxes = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      inboxes.add(new Inbox());
    }
    Thread canceller =
        new Thread(
            () -> {
              for (int round = 0; round < 50; round++) {
                for (int i = 0; i < inboxes.size(); i += 1 + round % 5) {
                  engine.cancel("g" + i);
                }
              }
            });
    canceller.start();
    for (int i = 0; i < inboxes.size(); i++) {
      engine.submit(
          spec(Mode.DENSE).id("g" + i).prompt("the dog").maxNewTokens(2).build(), inboxes.get(i));
    }
    canceller.join();

    for (Inbox inbox : inboxes) {
      List<GeneratedToken> tokens = inbox.untilFinished();
      assertThat(tokens.stream().filter(token -> token.finish() != null)).hasSize(1);
    }
  }

  private void start(int slots, int blocks) {
    long bytes = (long) blocks * BLOCK * model.decoder().cacheBytesPerPosition();
    engine = new BatchEngine(model, new EngineOptions(slots, bytes));
  }

  /** A generation and what became of it. */
  private static final class Run {
    final GenerationSpec spec;
    final int throwsAt;
    final List<GeneratedToken> tokens = new ArrayList<>();
    boolean cancelled;
    boolean thrown;

    Run(GenerationSpec spec, int throwsAt) {
      this.spec = spec;
      this.throwsAt = throwsAt;
    }

    boolean finished() {
      return !tokens.isEmpty() && Tokens.last(tokens).finish() != null;
    }
  }

  /** Makes the traffic, and watches what comes of it. */
  private final class Traffic {
    final List<Run> runs = new ArrayList<>();
    final List<String> violations = new ArrayList<>();
    final CountDownLatch done = new CountDownLatch(1);
    private final Random random;
    private final Prompts prompts;
    private final String shared;

    Traffic(long seed, Random random) {
      this.random = random;
      prompts = new Prompts(seed);
      shared = prompts.ofTokens(model, 140);
    }

    void submit() {
      if (runs.size() == GENERATIONS) {
        return;
      }
      Run run = new Run(next(), chance(10) ? random.nextInt(30) : -1);
      runs.add(run);
      engine.submit(run.spec, token -> told(run, token));
    }

    private GenerationSpec next() {
      Mode mode = MODES.get(random.nextInt(MODES.size()));
      String prompt =
          switch (random.nextInt(3)) {
            case 0 -> shared + ' ' + prompts.next(1).substring(random.nextInt(20));
            case 1 -> prompts.ofTokens(model, 10 + random.nextInt(200));
            default -> prompts.next(1);
          };
      SpecBuilder request =
          spec(mode)
              .id("g" + runs.size())
              .prompt(prompt)
              .seed(random.nextLong())
              .keeping(0.1 + random.nextInt(9) / 10.0, 0.3 + random.nextInt(7) / 10.0)
              .maxNewTokens(1 + random.nextInt(60));
      return (chance(15) ? request.resumeFrom(earlier()) : request).build();
    }

    private List<GeneratedToken> earlier() {
      List<GeneratedToken> tokens = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(4); i++) {
        tokens.add(
            new GeneratedToken(
                i, 5 + random.nextInt(300), "", 3, 4, CognitiveLoad.LOW, 1, 1, null, null));
      }
      return tokens;
    }

    private void told(Run run, GeneratedToken token) {
      check(run, token);
      run.tokens.add(token);
      if (token.finish() != null && runs.size() == GENERATIONS) {
        if (runs.stream().allMatch(Run::finished)) {
          done.countDown();
        }
        return;
      }
      act();
      if (token.finish() != null) {
        submit();
      } else if (token.index() == run.throwsAt) {
        run.thrown = true;
        throw new IllegalStateException("for the test");
      }
    }

    private void act() {
      if (chance(15)) {
        submit();
      }
      if (chance(3)) {
        Run one = runs.get(random.nextInt(runs.size()));
        one.cancelled = true;
        engine.cancel(one.spec.id());
      }
    }

    private void check(Run run, GeneratedToken token) {
      String name = run.spec.id() + " " + run.spec.mode() + " token " + token.index();
      int index = run.spec.resumeFrom().size() + run.tokens.size();
      require(!run.finished(), name + " comes after the last");
      require(token.index() == index, name + " has not the index " + index);
      EngineStats stats = engine.stats();
      require(stats.kvCacheUsedBytes() <= stats.kvCacheBytes(), name + " " + stats);
      require(stats.kvCacheUsedBytes() >= 0, name + " " + stats);
      require(stats.running() <= stats.slots(), name + " " + stats);
      Finish finish = token.finish();
      if (finish == null) {
        require(token.tokenId() != null, name + " has no token");
        return;
      }
      int own = token.tokenId() == null ? 0 : 1;
      require(finish.completionTokens() == index + own, name + " " + finish);
      boolean right =
          switch (finish.reason()) {
            case STOP -> own == 1;
            case LENGTH -> index + own >= run.spec.maxNewTokens() || full(finish);
            case CANCELLED -> run.cancelled && own == 0;
            case ERROR -> run.thrown && own == 0;
          };
      require(right, name + " " + finish);
    }

    private boolean full(Finish finish) {
      return finish.promptTokens() + finish.completionTokens() == model.config().maxPositions();
    }

    private void require(boolean fine, String problem) {
      if (!fine) {
        violations.add(problem);
      }
    }

    private boolean chance(int percent) {
      return random.nextInt(100) < percent;
    }
  }
}
