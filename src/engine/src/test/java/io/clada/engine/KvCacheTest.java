package io.clada.engine;

import static io.clada.engine.SpecBuilder.spec;
import static io.clada.engine.Tokens.alone;
import static io.clada.engine.Tokens.ids;
import static io.clada.engine.Tokens.last;
import static io.clada.engine.Tokens.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine whose key-value cache is far smaller than what it is asked for. */
class KvCacheTest {
  private static final int BLOCK = 128;

  private final Prompts prompts = new Prompts(21);
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

  @Test
  void whoFindsNoCacheWaitsForOneThatEnds() {
    start(2 * BLOCK);
    List<String> order = new ArrayList<>();
    List<Inbox> inboxes = new ArrayList<>();
    for (String id : List.of("a", "b", "c")) {
      Inbox inbox = new Inbox();
      inboxes.add(inbox);
      engine.submit(
          spec(Mode.DENSE).id(id).prompt("the dog").maxNewTokens(id.equals("b") ? 20 : 60).build(),
          token -> {
            order.add(id + " " + token.index());
            inbox.accept(token);
          });
    }
    inboxes.forEach(Inbox::untilFinished);

    assertThat(order).containsSubsequence("a 0", "b 0", "b 19", "c 0", "a 59", "c 59");
    assertThat(engine.stats().preemptions()).isZero();
    assertThat(used()).isZero();
  }

  @Test
  void aCacheThatFitsExactlyIsEnough() {
    String prompt = prompts.ofTokens(model, 40);
    int length = model.tokenizer().encode(prompt).length;
    GenerationSpec fits = spec(Mode.EXACT).prompt(prompt).maxNewTokens(BLOCK - length).build();
    List<Integer> expected = ids(alone(model, fits));
    start(BLOCK);

    assertThat(ids(run(fits))).isEqualTo(expected);
    assertThat(engine.stats().preemptions()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"DENSE", "EXACT"})
  void whenTheCacheRunsOutTheYoungestIsComputedAgainAndSaysTheSame(Mode mode) {
    List<GenerationSpec> specs = new ArrayList<>();
    List<List<Integer>> expected = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      specs.add(
          spec(mode)
              .id("g" + i)
              .prompt(prompts.ofTokens(model, 50 + i))
              .keeping(0.5, 0.7)
              .seed(i)
              .maxNewTokens(110)
              .build());
      expected.add(ids(alone(model, specs.get(i))));
    }
    start(4 * BLOCK);
    List<Inbox> inboxes = new ArrayList<>();
    for (GenerationSpec spec : specs) {
      inboxes.add(submit(spec));
    }

    int ties = 0;
    for (int i = 0; i < specs.size(); i++) {
      List<Integer> actual = ids(inboxes.get(i).untilFinished());
      ties += new DenseOracle(model, specs.get(i)).agrees(expected.get(i), actual) ? 0 : 1;
    }
    assertThat(ties).isLessThanOrEqualTo(1);
    assertThat(engine.stats().preemptions()).isPositive();
    assertThat(used()).isZero();
  }

  @Test
  void whoWaitsToBeComputedAgainCanBeCancelled() {
    start(3 * BLOCK);
    Inbox old = new Inbox();
    Inbox young = new Inbox();
    engine.submit(
        spec(Mode.DENSE).id("old").prompt(prompts.ofTokens(model, 50)).maxNewTokens(110).build(),
        token -> {
          if (engine.stats().preemptions() == 1) {
            engine.cancel("young");
          }
          old.accept(token);
        });
    engine.submit(
        spec(Mode.DENSE).id("young").prompt(prompts.ofTokens(model, 60)).maxNewTokens(110).build(),
        young);
    List<GeneratedToken> cut = young.untilFinished();

    assertThat(reason(cut)).isEqualTo(FinishReason.CANCELLED);
    assertThat(cut.size()).isBetween(50, 80);
    assertThat(last(cut).index()).isEqualTo(cut.size() - 1);
    assertThat(old.untilFinished()).hasSize(110);
    assertThat(used()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aPromptTakesOverWhatOneBeforeItComputed(Mode mode) {
    String shared = prompts.ofTokens(model, 150);
    GenerationSpec first = spec(mode).prompt(shared + " and then").maxNewTokens(8).build();
    GenerationSpec second = spec(mode).prompt(shared + ". the end").maxNewTokens(30).build();
    List<GeneratedToken> expected = alone(model, second);
    start(10 * BLOCK);
    run(first);
    List<GeneratedToken> actual = run(second);

    assertThat(engine.stats().prefixTokensReused()).isEqualTo(BLOCK);
    assertThat(ids(actual)).isEqualTo(ids(expected));
    for (int layer = 0; layer < 4; layer++) {
      assertThat(last(actual).finish().neuronEnergy().get(layer))
          .containsExactly(last(expected).finish().neuronEnergy().get(layer), offset(1e-6f));
    }
  }

  @Test
  void aPromptTakesOverWhatARunningOneComputed() {
    String shared = prompts.ofTokens(model, 150);
    GenerationSpec second =
        spec(Mode.DENSE).id("second").prompt(shared + ". the end").maxNewTokens(20).build();
    List<GeneratedToken> expected = alone(model, second);
    start(10 * BLOCK);
    Inbox inbox = new Inbox();
    engine.submit(
        spec(Mode.DENSE).id("first").prompt(shared + " and then").maxNewTokens(40).build(),
        token -> {
          if (token.index() == 3) {
            engine.submit(second, inbox);
          }
        });

    assertThat(ids(inbox.untilFinished())).isEqualTo(ids(expected));
    assertThat(engine.stats().prefixTokensReused()).isEqualTo(BLOCK);
  }

  @Test
  void aPromptThatDiffersInItsFirstChunkTakesNothingOver() {
    String shared = prompts.ofTokens(model, 150);
    start(10 * BLOCK);
    run(spec(Mode.DENSE).prompt(shared).maxNewTokens(2).build());
    run(spec(Mode.DENSE).prompt("so " + shared).maxNewTokens(2).build());

    assertThat(engine.stats().prefixTokensReused()).isZero();
  }

  @Test
  void keptPrefixesMakeRoomForWhoNeedsIt() {
    GenerationSpec first = longPrompt("first");
    start(4 * BLOCK);
    run(first);
    run(first);
    assertThat(engine.stats().prefixTokensReused()).as("it is kept").isEqualTo(BLOCK);

    List<Inbox> others = List.of(submit(longPrompt("one")), submit(longPrompt("other")));
    others.forEach(Inbox::untilFinished);
    run(first);
    assertThat(engine.stats().prefixTokensReused()).as("it gave way").isEqualTo(BLOCK);
    assertThat(used()).isLessThanOrEqualTo(4 * BLOCK);
  }

  private GenerationSpec longPrompt(String id) {
    return spec(Mode.DENSE).id(id).prompt(prompts.ofTokens(model, 150)).maxNewTokens(20).build();
  }

  @Test
  void theSamePrefixIsKeptOnce() {
    GenerationSpec spec =
        spec(Mode.DENSE).prompt(prompts.ofTokens(model, 150)).maxNewTokens(2).build();
    start(10 * BLOCK);
    for (int i = 0; i < 4; i++) {
      run(spec);
    }

    assertThat(used()).isEqualTo(2 * BLOCK);
  }

  @Test
  void whatCanNeverFitIsRefused() {
    String prompt = prompts.ofTokens(model, 40);
    start(BLOCK);
    GenerationSpec large = spec(Mode.DENSE).id("large").prompt(prompt).maxNewTokens(BLOCK).build();

    assertThatThrownBy(() -> engine.validate(large))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("max_new_tokens: ")
        .hasMessageContaining("which holds 128")
        .hasMessageContaining("--kv-cache");
    assertThat(engine.validate(spec(Mode.DENSE).prompt(prompt).maxNewTokens(80).build()))
        .isEqualTo(model.tokenizer().encode(prompt).length);
  }

  @Test
  void whatCanNeverFitEndsWithAnErrorIfItIsSubmittedAllTheSame() {
    start(BLOCK);
    Inbox large =
        submit(
            spec(Mode.DENSE)
                .id("large")
                .prompt(prompts.ofTokens(model, 140))
                .maxNewTokens(40)
                .build());
    Inbox small = submit(spec(Mode.DENSE).id("small").prompt("the dog").maxNewTokens(5).build());

    assertThat(reason(large.untilFinished())).isEqualTo(FinishReason.ERROR);
    assertThat(last(large.tokens()).finish().message()).contains("key-value cache");
    assertThat(reason(small.untilFinished())).isEqualTo(FinishReason.LENGTH);
  }

  private void start(int positions) {
    long bytes = positions * model.decoder().cacheBytesPerPosition();
    engine = new BatchEngine(model, new EngineOptions(8, bytes));
  }

  private Inbox submit(GenerationSpec spec) {
    Inbox inbox = new Inbox();
    engine.submit(spec, inbox);
    return inbox;
  }

  private List<GeneratedToken> run(GenerationSpec spec) {
    return submit(spec).untilFinished();
  }

  /** Positions of cache in use once nothing runs. */
  private long used() {
    await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> engine.size() == 0 && engine.stats().running() == 0);
    return engine.stats().kvCacheUsedBytes() / model.decoder().cacheBytesPerPosition();
  }
}
