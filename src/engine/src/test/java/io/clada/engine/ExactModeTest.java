package io.clada.engine;

import static io.clada.engine.SpecBuilder.spec;
import static io.clada.engine.Tokens.alone;
import static io.clada.engine.Tokens.ids;
import static io.clada.engine.Tokens.inAll;
import static io.clada.engine.Tokens.last;
import static io.clada.engine.Tokens.reason;
import static io.clada.engine.Tokens.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Mode {@code exact} gives what {@code dense} gives, token for token, however bad its drafts are
 * (method, section 6). Drafting is forced, and so little is kept that many drafts are wrong.
 */
class ExactModeTest {
  /** Nothing is surprising to it, so that no draft ends before its time. */
  private static final FleetThresholds CALM = new FleetThresholds(1, 1, 1, 0);

  private static final FleetThresholds NERVOUS = new FleetThresholds(1, -1, -1, 0);
  private static CladaModel demo;

  @BeforeAll
  static void load() {
    demo = TestModels.demo();
  }

  @AfterAll
  static void close() {
    demo.close();
  }

  static List<Path> families() {
    return TestModels.golden();
  }

  @Test
  void greedyTextsAreDenseOnes() {
    Prompts prompts = new Prompts(1);
    Comparison texts = new Comparison(demo);
    for (int i = 0; i < 50; i++) {
      String prompt = prompts.next(2);
      texts.add(s -> s.prompt(prompt).greedy());
    }

    texts.assertEqual();
    texts.assertManyDraftsWereWrong();
  }

  @ParameterizedTest
  @MethodSource("families")
  void greedyTextsAreDenseOnesInEveryFamily(Path directory) {
    try (CladaModel model = CladaModel.load(directory, TestModels.SPARSE)) {
      Prompts prompts = new Prompts(2);
      Comparison texts = new Comparison(model);
      for (int i = 0; i < 12; i++) {
        String prompt = prompts.next(1);
        texts.add(s -> s.prompt(prompt).greedy());
      }

      texts.assertEqual();
      assertThat(texts.drafted).isPositive();
    }
  }

  @Test
  void theSameSeedDrawsTheSameText() {
    Prompts prompts = new Prompts(3);
    Comparison texts = new Comparison(demo);
    for (int i = 0; i < 20; i++) {
      String prompt = prompts.next(2);
      int seed = i;
      texts.add(s -> s.prompt(prompt).seed(seed));
    }

    texts.assertEqual();
    texts.assertManyDraftsWereWrong();
  }

  @Test
  void aRepetitionPenaltyIsAppliedAsDenseAppliesIt() {
    Prompts prompts = new Prompts(4);
    Comparison texts = new Comparison(demo);
    for (int seed = 0; seed < 20; seed++) {
      String prompt = prompts.next(2);
      SamplingParameters penalised =
          new SamplingParameters(seed % 2 == 0, 0.8, null, null, 1.3, seed);
      texts.add(s -> s.prompt(prompt).sampling(penalised));
    }

    texts.assertEqual();
    texts.assertManyDraftsWereWrong();
  }

  /** This model would say the same token for ever: what the drafts before said counts. */
  @Test
  void draftsAreMadeUnderThePenaltyOfTheDraftsBefore() {
    try (CladaModel model = TestModels.tiny("tiny-opt")) {
      Prompts prompts = new Prompts(5);
      Comparison texts = new Comparison(model);
      SamplingParameters penalised = new SamplingParameters(false, null, null, null, 1.5, 1);
      for (int i = 0; i < 10; i++) {
        String prompt = prompts.next(1);
        texts.add(s -> s.prompt(prompt).sampling(penalised).keeping(0.99, 0.99).thresholds(CALM));
      }

      assertThat(texts.accepted).isGreaterThan(150).isEqualTo(texts.drafted);
    }
  }

  @Test
  void aStopStringWithinADraftEndsTheTextWhereDenseEndsIt() {
    Prompts prompts = new Prompts(6);
    for (int i = 0; i < 12; i++) {
      String prompt = prompts.next(1);
      int at = 12 + i;
      UnaryOperator<SpecBuilder> request =
          s -> s.prompt(prompt).greedy().keeping(0.6, 0.8).thresholds(CALM);
      String whole = text(alone(demo, request.apply(spec(Mode.DENSE)).build()));
      String stop = whole.substring(at, at + 3);
      List<GeneratedToken> exact = alone(demo, request.apply(spec(Mode.EXACT)).stop(stop).build());

      assertThat(text(exact)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
      assertThat(reason(exact)).isEqualTo(FinishReason.STOP);
    }
  }

  @Test
  void endOfTextWithinADraftEndsTheText() {
    Prompts prompts = new Prompts(7);
    Comparison texts = new Comparison(demo);
    int ended = 0;
    for (int i = 0; i < 12; i++) {
      String prompt = prompts.next(1) + ". the end";
      List<GeneratedToken> exact =
          texts.add(s -> s.prompt(prompt).greedy().keeping(0.6, 0.8).thresholds(CALM));
      ended += reason(exact) == FinishReason.STOP ? 1 : 0;
    }

    texts.assertEqual();
    assertThat(ended).isPositive();
  }

  @Test
  void theContextEndsATextWhereItEndsDenseOnes() {
    Prompts prompts = new Prompts(8);
    Comparison texts = new Comparison(demo);
    for (int i = 0; i < 3; i++) {
      String prompt = prompts.next(20);
      List<GeneratedToken> exact =
          texts.add(s -> s.prompt(prompt).greedy().maxNewTokens(10_000).thresholds(CALM));
      if (reason(exact) == FinishReason.LENGTH) {
        assertThat(last(exact).finish().promptTokens() + exact.size()).isEqualTo(256);
      }
    }

    texts.assertEqual();
  }

  @Test
  void everyLengthIsMetHoweverManyDraftsFit() {
    for (int length = 1; length <= 9; length++) {
      List<GeneratedToken> exact =
          alone(demo, spec(Mode.EXACT).keeping(0.9, 0.9).maxNewTokens(length).build());

      assertThat(exact).hasSize(length);
      assertThat(reason(exact)).isEqualTo(FinishReason.LENGTH);
    }
  }

  @Test
  void telemetryCountsDrafts() {
    List<GeneratedToken> exact =
        alone(
            demo,
            spec(Mode.EXACT)
                .greedy()
                .keeping(0.4, 0.6)
                .maxNewTokens(61)
                .sparsity(frozen())
                .thresholds(CALM)
                .build());
    int accepted = inAll(exact, LoadWindow::accepted);
    // Behind the prefill's token, each pass gives what it accepts and one more.
    int passes = 60 - accepted;

    assertThat(exact).hasSize(61);
    assertThat(accepted).isPositive();
    assertThat(inAll(exact, LoadWindow::drafted)).isBetween(3 * passes - 6, 3 * passes);
  }

  @Test
  void aTokenOfHighLoadEndsADraft() {
    List<GeneratedToken> exact =
        alone(
            demo,
            spec(Mode.EXACT)
                .greedy()
                .maxNewTokens(61)
                .sparsity(frozen())
                .thresholds(NERVOUS)
                .build());
    int passes = 60 - inAll(exact, LoadWindow::accepted);

    assertThat(inAll(exact, LoadWindow::drafted)).isBetween(passes - 1, passes);
  }

  @Test
  void givenTokensAreNotDrafted() {
    List<GeneratedToken> scored = new ArrayList<>();
    try (Scoring scoring =
        demo.score(spec(Mode.EXACT).keeping(0.3, 0.5).build(), " who ran to the park.")) {
      scoring.forEachRemaining(each -> scored.add(each.token()));
    }

    assertThat(inAll(scored, LoadWindow::drafted)).isZero();
    assertThat(last(scored).finish().weightsReadRatio()).isEqualTo(1);
  }

  private static SparsityParameters frozen() {
    return new SparsityParameters(0.4, 0.6, null, 1, null, null, null, false, null);
  }

  /** The same requests in both modes. */
  private static final class Comparison {
    private final CladaModel model;
    private int texts;
    private int ties;
    int drafted;
    int accepted;

    Comparison(CladaModel model) {
      this.model = model;
    }

    List<GeneratedToken> add(UnaryOperator<SpecBuilder> request) {
      List<GeneratedToken> dense = alone(model, of(Mode.DENSE, request));
      List<GeneratedToken> exact = alone(model, of(Mode.EXACT, request));
      texts++;
      if (!new DenseOracle(model, of(Mode.DENSE, request)).agrees(ids(dense), ids(exact))) {
        ties++;
      }
      drafted += inAll(exact, LoadWindow::drafted);
      accepted += inAll(exact, LoadWindow::accepted);
      return exact;
    }

    private static GenerationSpec of(Mode mode, UnaryOperator<SpecBuilder> request) {
      return request.apply(spec(mode).maxNewTokens(24).keeping(0.3, 0.5)).build();
    }

    void assertEqual() {
      assertThat(ties).as("of %d texts", texts).isLessThanOrEqualTo(1);
    }

    void assertManyDraftsWereWrong() {
      assertThat(accepted).isBetween(drafted / 5, drafted * 4 / 5);
    }
  }
}
