package io.clada.engine;

import static io.clada.engine.SpecBuilder.spec;
import static io.clada.engine.Tokens.alone;
import static io.clada.engine.Tokens.ids;
import static io.clada.engine.Tokens.inAll;
import static io.clada.engine.Tokens.last;
import static io.clada.engine.Tokens.reason;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Generations that join and leave a running batch. What is submitted by a listener is there before
 * the next step, so that a test knows which step does what.
 */
class ContinuousBatchingTest {
  private final List<String> order = Collections.synchronizedList(new ArrayList<>());
  private final Prompts prompts = new Prompts(11);
  private CladaModel model;
  private BatchEngine engine;

  @BeforeEach
  void load() {
    model = TestModels.tiny("tiny-llama");
  }

  @AfterEach
  void close() {
    if (engine == null) {
      model.close();
    } else {
      engine.close();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DENSE", "EXACT"})
  void generationsSubmittedTogetherSayWhatTheySayAlone(Mode mode) {
    List<GenerationSpec> specs = new ArrayList<>();
    List<List<Integer>> expected = new ArrayList<>();
    for (int i = 0; i < 14; i++) {
      SpecBuilder request =
          spec(mode)
              .id("g" + i)
              .prompt(prompts.ofTokens(model, i % 4 == 3 ? 150 : 20 + i))
              .keeping(0.3, 0.5)
              .maxNewTokens(5 + 4 * i);
      specs.add((i % 2 == 0 ? request.greedy() : request.seed(i)).build());
      expected.add(ids(alone(model, specs.get(i))));
    }
    start(5);
    List<Inbox> inboxes = together(specs);

    int ties = 0;
    for (int i = 0; i < specs.size(); i++) {
      List<Integer> actual = ids(inboxes.get(i).untilFinished());
      ties += new DenseOracle(model, specs.get(i)).agrees(expected.get(i), actual) ? 0 : 1;
    }
    assertThat(ties).isLessThanOrEqualTo(1);
  }

  @Test
  void exactDraftsWhereItIsTheOnlyOneOfTheDenseKind() {
    start(4);
    GenerationSpec exact = spec(Mode.EXACT).id("e").keeping(0.5, 0.7).maxNewTokens(40).build();
    GenerationSpec clada = spec(Mode.CLADA).id("c").keeping(0.5, 0.7).maxNewTokens(40).build();
    List<Inbox> apart = together(List.of(exact, clada));

    assertThat(inAll(apart.get(0).untilFinished(), LoadWindow::drafted)).isPositive();
    assertThat(inAll(apart.get(1).untilFinished(), LoadWindow::drafted)).isZero();
  }

  @Test
  void runningStreamsGetATokenBetweenTwoChunksOfALongPrompt() {
    String shorter = prompts.ofTokens(model, 20);
    String longer = prompts.ofTokens(model, 200);
    start(4);
    Inbox running = new Inbox();
    submit(
        spec(Mode.DENSE).id("running").prompt(shorter).maxNewTokens(12),
        token -> {
          running.accept(token);
          if (token.index() == 5) {
            submit(spec(Mode.DENSE).id("long").prompt(longer).maxNewTokens(1), each -> {});
          }
        });
    running.untilFinished();

    // Two chunks of 128 positions, one before each of the tokens 6 and 7.
    assertThat(order).containsSubsequence("running 5", "running 6", "long 0", "running 7");
  }

  @Test
  void aLongPromptDoesNotHoldUpAShortOneForMoreThanItsTurn() {
    String longer = prompts.ofTokens(model, 200);
    start(4);
    Inbox inbox = new Inbox();
    submit(
        spec(Mode.DENSE).id("first").prompt("the dog").maxNewTokens(8),
        token -> {
          if (token.index() == 0) {
            submit(spec(Mode.DENSE).id("long").prompt(longer).maxNewTokens(2), each -> {});
            submit(spec(Mode.DENSE).id("short").prompt("a cat").maxNewTokens(2), inbox);
          }
        });
    inbox.untilFinished();

    assertThat(order).containsSubsequence("long 0", "short 0");
    assertThat(order.indexOf("short 0")).isLessThan(order.indexOf("first 4"));
  }

  @Test
  void noMoreRunThanThereAreSlots() {
    List<GenerationSpec> specs = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      specs.add(spec(Mode.DENSE).id("g" + i).prompt("the dog").maxNewTokens(4 + i).build());
    }
    start(3);
    together(specs).forEach(Inbox::untilFinished);

    List<String> running = new ArrayList<>();
    for (String token : order) {
      String id = token.substring(0, token.indexOf(' '));
      if (token.endsWith(" 0")) {
        running.add(id);
      }
      assertThat(running).contains(id).hasSizeLessThanOrEqualTo(3);
      if (token.equals(id + " " + (3 + Integer.parseInt(id.substring(1))))) {
        running.remove(id);
      }
    }
    assertThat(order.stream().filter(token -> token.endsWith(" 0")))
        .as("they begin in the order of their submission")
        .isSorted();
  }

  @Test
  void aGenerationIsCancelledInTheMiddleOfItsPrefill() {
    String longer = prompts.ofTokens(model, 200);
    start(4);
    Inbox cancelled = new Inbox();
    submit(
        spec(Mode.DENSE).id("running").prompt("the dog").maxNewTokens(8),
        token -> {
          if (token.index() == 0) {
            submit(spec(Mode.DENSE).id("long").prompt(longer), cancelled);
          } else if (token.index() == 1) {
            engine.cancel("long");
          }
        });
    GeneratedToken end = last(cancelled.untilFinished());

    assertThat(end.index()).isZero();
    assertThat(end.finish().reason()).isEqualTo(FinishReason.CANCELLED);
    Inbox again = new Inbox();
    submit(spec(Mode.DENSE).id("again").prompt(longer).maxNewTokens(3), again);
    assertThat(reason(again.untilFinished())).isEqualTo(FinishReason.LENGTH);
    assertThat(engine.stats().prefixTokensReused()).as("the chunk that was done").isEqualTo(128);
  }

  @Test
  void noTokenComesAfterAListenerHasCancelled() {
    start(4);
    Inbox inbox = new Inbox();
    submit(
        spec(Mode.EXACT).id("drafting").keeping(0.99, 0.99).maxNewTokens(60),
        token -> {
          inbox.accept(token);
          if (token.index() == 10) {
            engine.cancel("drafting");
          }
        });

    assertThat(inbox.untilFinished()).hasSize(12);
    assertThat(last(inbox.tokens()).tokenId()).isNull();
    assertThat(last(inbox.tokens()).finish().completionTokens()).isEqualTo(11);
  }

  @Test
  void aStepThatFailsEndsTheGenerationWhoseItIs() {
    GenerationSpec fine = spec(Mode.DENSE).id("fine").greedy().maxNewTokens(12).build();
    List<Integer> expected = ids(alone(model, fine));
    start(4);
    List<Inbox> inboxes = together(List.of(fine, resumed("failing", 1_000_000), fine("other")));

    assertThat(ids(inboxes.get(0).untilFinished())).isEqualTo(expected);
    assertThat(reason(inboxes.get(1).untilFinished())).isEqualTo(FinishReason.ERROR);
    assertThat(last(inboxes.get(1).tokens()).finish().message())
        .isEqualTo("the model failed at this request; the log says how");
    assertThat(reason(inboxes.get(2).untilFinished())).isEqualTo(FinishReason.LENGTH);
    assertThat(engine.isAlive()).isTrue();
  }

  @Test
  void aPrefillThatFailsEndsItsGenerationOnly() {
    start(4);
    List<Inbox> inboxes =
        together(List.of(fine("a"), resumed("failing", 1_000_000, 1_000_000), fine("b")));

    assertThat(reason(inboxes.get(0).untilFinished())).isEqualTo(FinishReason.LENGTH);
    assertThat(reason(inboxes.get(1).untilFinished())).isEqualTo(FinishReason.ERROR);
    assertThat(reason(inboxes.get(2).untilFinished())).isEqualTo(FinishReason.LENGTH);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aListenerThatAlwaysThrowsHurtsNoOther(Mode mode) {
    start(4);
    List<Integer> told = new ArrayList<>();
    Inbox other = new Inbox();
    submit(
        spec(mode).id("throwing").maxNewTokens(40),
        token -> {
          told.add(token.index());
          if (token.index() >= 5 || token.finish() != null) {
            throw new IllegalStateException("for the test");
          }
        });
    submit(spec(mode).id("other").maxNewTokens(40), other);

    assertThat(other.untilFinished()).hasSize(40);
    await().atMost(Duration.ofMinutes(3)).until(() -> engine.size() == 0);
    assertThat(told).containsExactly(0, 1, 2, 3, 4, 5, 6);
    assertThat(engine.isAlive()).isTrue();
  }

  private void start(int slots) {
    engine = new BatchEngine(model, new EngineOptions(slots, 0));
  }

  private static GenerationSpec fine(String id) {
    return spec(Mode.DENSE).id(id).maxNewTokens(12).build();
  }

  /** Behind these tokens, which the model may not know. */
  private static GenerationSpec resumed(String id, int... tokens) {
    List<GeneratedToken> before = new ArrayList<>();
    for (int token : tokens) {
      before.add(
          new GeneratedToken(before.size(), token, "", 1, 1, CognitiveLoad.LOW, 1, 1, null, null));
    }
    return spec(Mode.DENSE).id(id).resumeFrom(before).build();
  }

  private void submit(SpecBuilder spec, Consumer<GeneratedToken> listener) {
    GenerationSpec built = spec.build();
    engine.submit(
        built,
        token -> {
          order.add(built.id() + " " + token.index());
          listener.accept(token);
        });
  }

  /** Submits all of them between two steps. */
  private List<Inbox> together(List<GenerationSpec> specs) {
    List<Inbox> inboxes = new ArrayList<>();
    specs.forEach(spec -> inboxes.add(new Inbox()));
    engine.submit(
        spec(Mode.DENSE).id("opens").maxNewTokens(1).build(),
        opened -> {
          for (int i = 0; i < inboxes.size(); i++) {
            GenerationSpec spec = specs.get(i);
            Inbox inbox = inboxes.get(i);
            engine.submit(
                spec,
                token -> {
                  order.add(spec.id() + " " + token.index());
                  inbox.accept(token);
                });
          }
        });
    return inboxes;
  }
}
