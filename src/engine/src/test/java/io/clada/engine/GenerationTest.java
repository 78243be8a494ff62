package io.clada.engine;

import static io.clada.engine.SpecBuilder.spec;
import static io.clada.engine.Tokens.last;
import static io.clada.engine.Tokens.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.clada.engine.clada.LoadMonitor;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole generations with the demo model's real weights. */
class GenerationTest {
  private static CladaModel model;

  @BeforeAll
  static void load() {
    model = TestModels.demo();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void indicesHaveNoHolesAndOnlyTheLastTokenFinishes(Mode mode) {
    List<GeneratedToken> tokens = run(spec(mode).build());

    for (int i = 0; i < tokens.size(); i++) {
      assertThat(tokens.get(i).index()).isEqualTo(i);
      assertThat(tokens.get(i).finish() == null).isEqualTo(i < tokens.size() - 1);
    }
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void theTextsJoinedAreTheDecodedTokens(Mode mode) {
    List<GeneratedToken> tokens = run(spec(mode).build());
    int[] ids = tokens.stream().mapToInt(GeneratedToken::tokenId).toArray();

    assertThat(text(tokens)).isEqualTo(model.tokenizer().decode(ids));
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void theSameSeedGivesTheSameTextAndAnotherSeedAnother(Mode mode) {
    assertThat(text(run(spec(mode).seed(7).build())))
        .isEqualTo(text(run(spec(mode).seed(7).build())));
    assertThat(text(run(spec(mode).seed(7).build())))
        .isNotEqualTo(text(run(spec(mode).seed(8).build())));
  }

  @Test
  void whatStepsHaveTakenIsKnownToTheGenerationsBehind() {
    run(spec(Mode.DENSE).build());

    assertThat(model.stepper().pace().corrected(Way.TOGETHER, 1, 1)).isNotEqualTo(Pace.UNTRIED);
  }

  @Test
  void aSetThatTakesLongerToCopyThanItSavesIsNotMade() {
    ModelOptions whatIsFastest =
        new ModelOptions("cpu", "float32", false, false, LoadProgress.NONE);
    try (CladaModel own = CladaModel.load(TestModels.DEMO, whatIsFastest)) {
      own.stepper().pace().changed(1000);

      assertThat(Tokens.alone(own, spec(Mode.GRIFFIN).maxNewTokens(20).build()))
          .extracting(GeneratedToken::activeNeuronRatio)
          .containsOnly(1.0);
    }
  }

  @Test
  void aResumedGenerationDrawsWhatItWouldHaveDrawn() {
    List<GeneratedToken> whole = run(spec(Mode.DENSE).build());
    List<GeneratedToken> rest = run(spec(Mode.DENSE).resumeFrom(whole.subList(0, 17)).build());

    assertThat(rest.get(0).index()).isEqualTo(17);
    assertThat(text(whole.subList(0, 17)) + text(rest)).isEqualTo(text(whole));
    assertThat(rest)
        .extracting(GeneratedToken::tokenId)
        .isEqualTo(whole.subList(17, whole.size()).stream().map(GeneratedToken::tokenId).toList());
    assertThat(last(rest).finish().completionTokens()).isEqualTo(whole.size());
  }

  /** With text that is held back: characters in pieces, and the beginning of a stop string. */
  @ParameterizedTest
  @EnumSource(names = {"DENSE", "EXACT"})
  void whereverItIsResumedItSaysTheSame(Mode mode) {
    try (CladaModel tiny = TestModels.tiny("tiny-qwen2")) {
      SamplingParameters penalised = new SamplingParameters(true, 1.0, null, null, 1.2, 9);
      SpecBuilder request = spec(mode).sampling(penalised).keeping(0.5, 0.7).maxNewTokens(24);
      List<GeneratedToken> whole = Tokens.alone(tiny, request.build());
      String stop = text(whole).substring(text(whole).length() - 4);
      whole = Tokens.alone(tiny, request.stop(stop).build());
      for (int i = 0; i < whole.size(); i++) {
        List<GeneratedToken> before = whole.subList(0, i);
        List<GeneratedToken> rest = Tokens.alone(tiny, request.resumeFrom(before).build());

        assertThat(Tokens.ids(rest)).isEqualTo(Tokens.ids(whole.subList(i, whole.size())));
        assertThat(text(before) + text(rest)).isEqualTo(text(whole));
        assertThat(last(rest).finish().reason()).isEqualTo(last(whole).finish().reason());
      }
    }
  }

  @Test
  void aResumedSequenceRemembersItsLoadThresholds() {
    List<GeneratedToken> whole = run(spec(Mode.DENSE).build());
    List<GeneratedToken> rest = run(spec(Mode.DENSE).resumeFrom(whole.subList(0, 20)).build());

    assertThat(rest)
        .extracting(GeneratedToken::load)
        .isEqualTo(whole.subList(20, whole.size()).stream().map(GeneratedToken::load).toList());
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void aResumedGenerationRanksNeuronsByThePromptAlone(Mode mode) {
    List<GeneratedToken> whole = run(spec(mode).build());
    List<GeneratedToken> rest = run(spec(mode).resumeFrom(whole.subList(0, 17)).build());

    for (int layer = 0; layer < 6; layer++) {
      assertThat(last(rest).finish().neuronEnergy().get(layer))
          .containsExactly(last(whole).finish().neuronEnergy().get(layer), offset(1e-6f));
    }
  }

  @Test
  void aGenerationThatHadEndedOnlyTellsSo() {
    List<GeneratedToken> whole = run(spec(Mode.DENSE).maxNewTokens(10).build());
    List<GeneratedToken> rest = run(spec(Mode.DENSE).maxNewTokens(10).resumeFrom(whole).build());

    assertThat(rest).hasSize(1);
    assertThat(last(rest).index()).isEqualTo(10);
    assertThat(last(rest).tokenId()).isNull();
    assertThat(last(rest).finish().reason()).isEqualTo(FinishReason.LENGTH);
    assertThat(last(rest).finish().completionTokens()).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource(Mode.class)
  void thePrefillIsDense(Mode mode) {
    GeneratedToken first = run(spec(mode).build()).get(0);

    assertThat(first.weightsReadRatio()).isEqualTo(1);
    assertThat(first.activeNeuronRatio()).isEqualTo(1);
  }

  @Test
  void cladaReadsFewerWeightsThanDenseAndReportsWhatItComputed() {
    List<GeneratedToken> tokens = run(spec(Mode.CLADA).build());

    assertThat(last(tokens).finish().weightsReadRatio()).isLessThan(0.75);
    assertThat(last(tokens).finish().activeNeuronRatio()).isLessThan(0.6);
    assertThat(last(run(spec(Mode.DENSE).build())).finish().weightsReadRatio()).isEqualTo(1);
  }

  @Test
  void griffinComputesTheAskedShareOfNeurons() {
    List<GeneratedToken> tokens =
        run(
            spec(Mode.GRIFFIN)
                .sparsity(
                    new SparsityParameters(null, null, 0.25, null, null, null, null, null, null))
                .build());

    assertThat(last(tokens).finish().activeNeuronRatio()).isEqualTo(0.25);
  }

  @Test
  void explicitRatiosOverrideTheProfile() {
    SparsityParameters few =
        new SparsityParameters(0.1, 0.3, null, 1, null, null, null, null, false);
    List<GeneratedToken> tokens = run(spec(Mode.CLADA).sparsity(few).build());

    assertThat(last(tokens).finish().activeNeuronRatio()).isBetween(0.03, 0.25);
    assertThat(last(tokens).finish().weightsReadRatio()).isLessThan(0.5);
  }

  @Test
  void keepingEverythingIsDense() {
    SparsityParameters all =
        new SparsityParameters(1.0, 1.0, null, null, null, null, null, null, null);

    assertThat(text(run(spec(Mode.CLADA).sparsity(all).build())))
        .isEqualTo(text(run(spec(Mode.DENSE).build())));
  }

  @Test
  void windowsCoverEveryTokenOnce() {
    List<GeneratedToken> tokens = run(spec(Mode.CLADA).build());
    int next = 0;
    for (GeneratedToken token : tokens) {
      LoadWindow window = token.window();
      if (window != null) {
        assertThat(window.firstIndex()).isEqualTo(next);
        assertThat(window.surprisals()).hasSize(window.tokens());
        assertThat(window.lowLoadTokens() + window.mediumLoadTokens() + window.highLoadTokens())
            .isEqualTo(window.tokens());
        next += window.tokens();
      }
    }
    assertThat(next).isEqualTo(tokens.size());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void windowsTellTheThresholdsThatHeldInThem(boolean adaptive) {
    SparsityParameters sparsity =
        new SparsityParameters(null, null, null, null, 0.6, 0.8, 7, adaptive, null);
    List<GeneratedToken> tokens = run(spec(Mode.CLADA).sparsity(sparsity).build());
    LoadMonitor monitor = new LoadMonitor(7, 0.6, 0.8, adaptive, FleetThresholds.DEFAULT);
    double bits = Math.log(2048) / Math.log(2);
    for (GeneratedToken token : tokens) {
      double surprisalThreshold = monitor.surprisalThreshold();
      double entropyThreshold = monitor.entropyThreshold();
      assertThat(monitor.add(token.surprisal() / bits, token.entropy() / bits))
          .isEqualTo(token.load());
      if (token.window() != null) {
        assertThat(token.window().surprisalThreshold()).isCloseTo(surprisalThreshold, offset(1e-9));
        assertThat(token.window().entropyThreshold()).isCloseTo(entropyThreshold, offset(1e-9));
      }
    }
    assertThat(monitor.surprisalThreshold() == FleetThresholds.DEFAULT.surprisal())
        .isEqualTo(!adaptive);
  }

  @Test
  void theFleetsOffsetKeepsMore() {
    double before = 0;
    for (double offset : List.of(0.0, 0.1, 0.2, 0.4)) {
      FleetThresholds fleet = new FleetThresholds(1, 0.3, 0.3, offset);
      Finish finish = last(run(spec(Mode.CLADA).thresholds(fleet).build())).finish();

      assertThat(finish.weightsReadRatio()).isGreaterThan(before + 0.05);
      before = finish.weightsReadRatio();
    }
    FleetThresholds all = new FleetThresholds(1, 0.3, 0.3, 1);
    assertThat(text(run(spec(Mode.CLADA).thresholds(all).build())))
        .isEqualTo(text(run(spec(Mode.DENSE).build())));
  }

  @Test
  void theNeuronsEnergyAddsUpToOnePerLayer() {
    Finish finish = last(run(spec(Mode.CLADA).build())).finish();

    assertThat(finish.neuronEnergy()).hasSize(6);
    for (float[] layer : finish.neuronEnergy()) {
      double sum = 0;
      for (float share : layer) {
        sum += share;
      }
      assertThat(layer).hasSize(1280);
      assertThat(sum).isBetween(0.999, 1.001);
    }
  }

  @Test
  void aStopStringEndsTheTextAndIsNotPartOfIt() {
    String whole = text(run(spec(Mode.DENSE).build()));
    String stop = whole.substring(30, 36);
    List<GeneratedToken> tokens = run(spec(Mode.DENSE).stop(stop).build());

    assertThat(text(tokens)).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(last(tokens).finish().reason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void endOfTextEndsWithStop() {
    List<GeneratedToken> tokens = run(spec(Mode.DENSE).maxNewTokens(240).build());

    assertThat(last(tokens).tokenId()).isZero();
    assertThat(last(tokens).finish().reason()).isEqualTo(FinishReason.STOP);
  }

  @Test
  void maxNewTokensEndsWithLength() {
    List<GeneratedToken> tokens = run(spec(Mode.CLADA).maxNewTokens(1).build());

    assertThat(tokens).hasSize(1);
    assertThat(last(tokens).finish().reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aFullContextEndsWithLengthNotWithAnError() {
    String prompt = "the dog ran. ".repeat(60);
    int promptTokens = model.tokenizer().encode(prompt).length;
    List<GeneratedToken> tokens =
        run(spec(Mode.CLADA).prompt(prompt).stop().maxNewTokens(10_000).build());

    assertThat(promptTokens).isBetween(200, 250);
    assertThat(promptTokens + tokens.size()).isEqualTo(256);
    assertThat(last(tokens).finish().reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void aPromptThatFillsTheContextIsInvalidUnlessItMayBeTruncated() {
    String prompt = "the dog ran. ".repeat(100);

    assertThatThrownBy(() -> model.validate(spec(Mode.CLADA).prompt(prompt).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("prompt: ")
        .hasMessageContaining("context of 256")
        .hasMessageContaining("truncate_prompt");
    List<GeneratedToken> tokens =
        run(spec(Mode.CLADA).prompt(prompt).truncatePrompt().maxNewTokens(20).build());
    assertThat(last(tokens).finish().promptTokens()).isEqualTo(236);
  }

  @Test
  void aHugePromptIsRefusedOrCutBeforeItIsEncoded() {
    String prompt = "the dog ran. ".repeat(500_000);

    assertThatThrownBy(() -> model.validate(spec(Mode.CLADA).prompt(prompt).build()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("prompt: 6500000 characters");
    List<GeneratedToken> tokens =
        run(spec(Mode.CLADA).prompt(prompt).truncatePrompt().maxNewTokens(20).build());
    assertThat(last(tokens).finish().promptTokens()).isEqualTo(236);
  }

  @Test
  void temperatureZeroAndNoSamplingAreTheSame() {
    SamplingParameters cold = new SamplingParameters(true, 0.0, null, null, null, 1);
    SamplingParameters greedy = new SamplingParameters(false, null, null, null, null, 2);

    assertThat(text(run(spec(Mode.DENSE).sampling(cold).build())))
        .isEqualTo(text(run(spec(Mode.DENSE).sampling(greedy).build())));
  }

  @Test
  void aDrawFromOneCandidateIsArgmax() {
    SamplingParameters one = new SamplingParameters(true, 1.0, 1, null, null, 1);
    SamplingParameters nucleus = new SamplingParameters(true, 1.0, null, 1e-9, null, 1);
    SamplingParameters greedy = new SamplingParameters(false, null, null, null, null, 2);
    String expected = text(run(spec(Mode.DENSE).sampling(greedy).build()));

    assertThat(text(run(spec(Mode.DENSE).sampling(one).build()))).isEqualTo(expected);
    assertThat(text(run(spec(Mode.DENSE).sampling(nucleus).build()))).isEqualTo(expected);
  }

  @Test
  void invalidFieldsAreNamed() {
    assertInvalid(
        "temperature",
        spec(Mode.CLADA).sampling(new SamplingParameters(null, 2.5, null, null, null, 1)));
    assertInvalid(
        "top_k", spec(Mode.CLADA).sampling(new SamplingParameters(null, null, -1, null, null, 1)));
    assertInvalid(
        "top_p", spec(Mode.CLADA).sampling(new SamplingParameters(null, null, null, 0.0, null, 1)));
    assertInvalid(
        "repetition_penalty",
        spec(Mode.CLADA).sampling(new SamplingParameters(null, null, null, null, Double.NaN, 1)));
    assertInvalid("max_new_tokens", spec(Mode.CLADA).maxNewTokens(0));
    assertInvalid(
        "top_k_ratio",
        spec(Mode.CLADA)
            .sparsity(new SparsityParameters(1.1, null, null, null, null, null, null, null, null)));
    assertInvalid(
        "update_window",
        spec(Mode.CLADA)
            .sparsity(new SparsityParameters(null, null, null, null, null, null, 0, null, null)));
    assertInvalid("stop", spec(Mode.CLADA).stop(""));
  }

  private static void assertInvalid(String field, SpecBuilder spec) {
    assertThatThrownBy(() -> model.validate(spec.build()))
        .isInstanceOfSatisfying(
            InvalidRequestException.class, e -> assertThat(e.field()).isEqualTo(field));
  }

  private static List<GeneratedToken> run(GenerationSpec spec) {
    return Tokens.alone(model, spec);
  }
}
