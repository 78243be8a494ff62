package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.CladaModel;
import io.clada.engine.CognitiveLoad;
import io.clada.engine.FleetThresholds;
import io.clada.engine.GenerationSpec;
import io.clada.engine.InvalidRequestException;
import io.clada.engine.LoadProgress;
import io.clada.engine.Mode;
import io.clada.engine.ModelOptions;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import io.clada.engine.eval.ModeResult.Quality;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whole evaluations of the demo model. */
final class EvaluatorTest {
  private static final String STORY =
      "once upon a time there was a little boat. it lived on a big blue lake with its mom."
          + " one day the boat wanted to sail to the other side, but the wind was very strong and"
          + " the waves were high. the boat was scared, so it asked a kind duck to help it.";

  private static CladaModel model;

  private final List<TokenTrace> tokens = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private int examples;

  @BeforeAll
  static void load() {
    model =
        CladaModel.load(
            Path.of("../models/demo-llama"),
            new ModelOptions("cpu", "float32", false, true, LoadProgress.NONE));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void denseIsTheMeasureOfTheOtherModes() {
    EvalRun run =
        evaluate(
            List.of(Mode.DENSE, Mode.GRIFFIN, Mode.EXACT),
            example(STORY, null),
            example("tom had a red ball.", " he liked to play with it in the park."));

    Quality dense = quality(run, "dense");
    Quality griffin = quality(run, "griffin");
    Quality exact = quality(run, "exact");
    assertThat(run.examples()).isEqualTo(2);
    assertThat(dense.agreement()).isNull();
    assertThat(dense.scoredTokens()).isEqualTo(griffin.scoredTokens()).isGreaterThan(40);
    assertThat(griffin.agreement().trials()).isEqualTo(griffin.scoredTokens());
    assertThat(griffin.agreement().share()).isBetween(0.3, 0.95);
    assertThat(griffin.perplexity()).isGreaterThan(dense.perplexity());
    assertThat(exact.agreement().share()).isEqualTo(1);
    assertThat(exact.rougeLToDense()).isEqualTo(1);
    assertThat(exact.perplexity()).isCloseTo(dense.perplexity(), within(1e-3));
  }

  @Test
  void perplexityIsThatOfTheModelsOwnScoring() {
    EvalRun run = evaluate(List.of(Mode.DENSE), example("tom had a red ball.", " he liked it."));

    double bits = 0;
    int count = 0;
    try (var scoring =
        model.score(
            options(Mode.DENSE).spec("tom had a red ball.", Mode.DENSE, false), " he liked it.")) {
      while (scoring.hasNext()) {
        bits += scoring.next().token().surprisal();
        count++;
      }
    }
    assertThat(quality(run, "dense").perplexity())
        .isCloseTo(Math.pow(2, bits / count), within(1e-9));
    assertThat(quality(run, "dense").scoredTokens()).isEqualTo(count);
  }

  @Test
  void sparsityIsWhatTheModeLeavesOut() {
    EvalRun run = evaluate(List.of(Mode.DENSE, Mode.CLADA, Mode.GRIFFIN), example(STORY, null));

    ModeResult clada = run.modes().get(1);
    ModeResult griffin = run.modes().get(2);
    assertThat(run.modes().get(0).sparsity().weightsReadRatio()).isEqualTo(1);
    assertThat(clada.sparsity().activeNeuronRatio()).isBetween(0.2, 0.8);
    assertThat(clada.sparsity().weightsReadRatio()).isBetween(0.4, 0.95);
    assertThat(griffin.sparsity().activeNeuronRatioByLayer())
        .hasSize(6)
        .allSatisfy(ratio -> assertThat(ratio).isCloseTo(0.5, within(1e-3)));
    assertThat(run.modes())
        .allSatisfy(mode -> assertThat(mode.speed().tokensPerSecond()).isPositive());
  }

  @Test
  void draftsAreCounted() {
    ModeResult exact = evaluate(List.of(Mode.EXACT), example(STORY, null)).modes().get(0);

    assertThat(exact.sparsity().drafted()).isPositive();
    assertThat(exact.sparsity().accepted()).isBetween(1L, exact.sparsity().drafted());
  }

  @Test
  void everyTokenIsTraced() {
    EvalRun run = evaluate(List.of(Mode.CLADA), example(STORY, null));

    assertThat(tokens).hasSize(12).isEqualTo(run.traces());
    assertThat(tokens).extracting(TokenTrace::index).isSorted().doesNotHaveDuplicates();
    assertThat(run.prompts()).containsEntry(1L, STORY);
    assertThat(tokens)
        .allSatisfy(
            token -> {
              assertThat(token.surprisalThreshold()).isBetween(0.5, 11.0);
              assertThat(token.entropyThreshold()).isBetween(0.5, 11.0);
              assertThat(token.latencyMs()).isPositive();
              int above =
                  (token.surprisal() > token.surprisalThreshold() ? 1 : 0)
                      + (token.entropy() > token.entropyThreshold() ? 1 : 0);
              assertThat(token.load())
                  .isEqualTo(
                      List.of(CognitiveLoad.LOW, CognitiveLoad.MEDIUM, CognitiveLoad.HIGH)
                          .get(above));
            });
  }

  @Test
  void aReferenceIsComparedWithWhatWasGenerated() {
    EvalRun run =
        evaluate(
            List.of(Mode.DENSE),
            new Example(1, "once upon a time", null, "zzz qqq", List.of(), -1),
            new Example(2, "once upon a time", null, "there was a little girl", List.of(), -1));

    assertThat(quality(run, "dense").rougeL()).isBetween(0.05, 0.5);
  }

  @Test
  void ofChoicesTheLikeliestIsTheAnswer() {
    EvalRun run =
        evaluate(
            List.of(Mode.DENSE),
            choice("once upon a", List.of("time", "giraffe"), 0),
            choice("once upon a", List.of("giraffe", "time"), 0));

    assertThat(quality(run, "dense").accuracy()).isEqualTo(new Proportion(1, 2));
    assertThat(quality(run, "dense").perplexity()).isNull();
  }

  @Test
  void aPromptThatTheModelCannotTakeIsPassedOverAndCounted() {
    EvalRun run =
        evaluate(List.of(Mode.DENSE), example(STORY.repeat(30), null), example(STORY, null));

    assertThat(run.examples()).isEqualTo(1);
    assertThat(run.skipped()).isEqualTo(1);
    assertThat(skipped).singleElement().asString().contains("line 1: prompt:");
    assertThatThrownBy(() -> evaluate(List.of(Mode.DENSE), example(STORY.repeat(30), null)))
        .isInstanceOf(ExampleException.class)
        .hasMessageContaining("no example could be used; line 1: prompt:");
  }

  @Test
  void noMoreThanWantedAreUsedAndAStopEndsEarly() {
    Evaluator one = new Evaluator(model, options(1, Mode.DENSE), System::nanoTime);
    Evaluator none = new Evaluator(model, options(Mode.DENSE), System::nanoTime);
    List<Example> three = List.of(example("a", null), example("b", null), example("c", null));

    assertThat(one.run(three.iterator(), listener(), () -> false).examples()).isOne();
    assertThat(none.run(three.iterator(), listener(), () -> true).examples()).isZero();
    assertThat(examples).isOne();
  }

  @Test
  void settingsThatAreWrongAreRefusedBeforeAnythingRuns() {
    SamplingParameters hot = new SamplingParameters(true, 9.0, null, null, null, 1);

    assertThatThrownBy(() -> new Evaluator(model, options(9, hot, Mode.DENSE), System::nanoTime))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("temperature");
  }

  private EvalRun evaluate(List<Mode> modes, Example... given) {
    return new Evaluator(model, options(modes.toArray(Mode[]::new)), System::nanoTime)
        .run(List.of(given).iterator(), listener(), () -> false);
  }

  private Evaluator.Listener listener() {
    return new Evaluator.Listener() {
      @Override
      public void token(TokenTrace token) {
        tokens.add(token);
      }

      @Override
      public void example() {
        examples++;
      }

      @Override
      public void skipped(Example example, String reason) {
        skipped.add(reason);
      }
    };
  }

  private static EvalOptions options(Mode... modes) {
    return options(100, modes);
  }

  private static EvalOptions options(int most, Mode... modes) {
    return options(most, new SamplingParameters(false, null, null, null, null, 42), modes);
  }

  private static EvalOptions options(int most, SamplingParameters sampling, Mode... modes) {
    GenerationSpec template =
        new GenerationSpec(
            "template",
            "",
            true,
            Mode.DENSE,
            12,
            false,
            List.of(),
            sampling,
            SparsityParameters.DEFAULT,
            FleetThresholds.DEFAULT,
            null,
            List.of());
    return new EvalOptions("test", List.of(modes), most, template, Map.of());
  }

  private static Example example(String prompt, @Nullable String continuation) {
    return new Example(1, prompt, continuation, null, List.of(), -1);
  }

  private static Example choice(String prompt, List<String> choices, int answer) {
    return new Example(1, prompt, null, null, choices, answer);
  }

  private static Quality quality(EvalRun run, String mode) {
    Optional<ModeResult> result =
        run.modes().stream().filter(m -> m.mode().equals(mode)).findFirst();
    return result.orElseThrow().quality();
  }
}
