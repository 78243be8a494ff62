package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/**
 * Requests, cancellations, tokens, restarts and the engine's late words in random orders. To see a
 * failure again, put the seed that jqwik reports into {@code @Property(seed = "...")}.
 */
class WorkerSimulationTest {
  private static final List<String> IDS = List.of("a", "b", "c", "d", "aa");
  private static final int STEPS = 120;

  @Property(tries = 60, shrinking = ShrinkingMode.OFF)
  void everyGenerationIsWholeAndEndsOnce(@ForAll long seed) {
    Random random = new Random(seed);
    int posted = 0;
    try (WorkerHarness worker = new WorkerHarness()) {
      for (int step = 0; step < STEPS; step++) {
        String id = IDS.get(random.nextInt(IDS.size()));
        switch (random.nextInt(10)) {
          case 0, 1, 2 -> {
            worker.request(id, request(random));
            posted++;
          }
          case 3 -> worker.cancel(id);
          case 4 -> worker.engine.settle();
          case 5 -> worker.restart();
          case 6, 7 -> worker.engine.step();
          default -> worker.drain();
        }
        IDS.forEach(each -> generations(worker.tokens(each)));
      }
      for (int i = 0; i < 20; i++) {
        worker.engine.step();
        worker.drain();
      }

      long ended = worker.tokens.stream().filter(r -> r.value().getFinish() != null).count();
      assertThat(ended).isBetween(1L, (long) posted);
      assertThat(worker.queueLength()).isZero();
      assertThat(worker.stores.values()).allMatch(store -> store.isEmpty());
      for (String id : IDS) {
        List<TokenEvent> tokens = worker.tokens(id);
        if (!tokens.isEmpty()) {
          assertThat(tokens.get(tokens.size() - 1).getFinish()).as("no one waits").isNotNull();
        }
      }
    }
  }

  private static GenerationRequest request(Random random) {
    return GenerationRequest.newBuilder()
        .setPrompt(random.nextInt(8) == 0 ? "" : "Once")
        .setMaxNewTokens(1 + random.nextInt(15))
        .setSeed(random.nextLong())
        .build();
  }

  /** Splits at the terminal events and checks what stands between them. */
  private static void generations(List<TokenEvent> tokens) {
    List<TokenEvent> generation = new ArrayList<>();
    for (TokenEvent token : tokens) {
      assertThat(token.getTokenIndex()).as("no hole").isEqualTo(generation.size());
      if (!generation.isEmpty()) {
        assertThat(token.getAttempt())
            .as("attempts only grow")
            .isGreaterThanOrEqualTo(generation.get(generation.size() - 1).getAttempt());
      }
      generation.add(token);
      if (token.getFinish() != null) {
        assertThat(token.getFinish())
            .as("what was late or of another attempt does no harm")
            .isNotEqualTo(Finish.ERROR);
        assertThat(token.getUsage().getCompletionTokens())
            .as("usage agrees with the tokens")
            .isEqualTo((int) generation.stream().filter(t -> t.getTokenId() != null).count());
        assertSameDraws(generation, token.getUsage().getSeed());
        generation.clear();
      }
    }
  }

  /** Every token is the one that this seed has at this index, whichever attempt it came from. */
  private static void assertSameDraws(List<TokenEvent> generation, long seed) {
    for (TokenEvent token : generation) {
      if (token.getTokenId() != null) {
        assertThat(token.getTokenId())
            .isEqualTo(ScriptedEngine.tokenId(seed, token.getTokenIndex()));
      }
    }
  }
}
