package io.clada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Given continuations, with the demo model's real weights. */
class ScoringTest {
  private static final String PROMPT = "once upon a time there was a little dog";
  private static final String CONTINUATION =
      " who liked to run in the park. one day the dog saw a big red ball.";
  private static CladaModel model;

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

  @ParameterizedTest
  @EnumSource(Mode.class)
  void theContinuationComesBackTokenByToken(Mode mode) {
    List<Scoring.Scored> scored = score(mode, CONTINUATION);
    StringBuilder text = new StringBuilder();
    scored.forEach(each -> text.append(each.token().text()));

    assertThat(text.toString().strip()).isEqualTo(CONTINUATION.strip());
    assertThat(scored.get(scored.size() - 1).token().finish().reason())
        .isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void whatGreedyDecodingGeneratesIsTheLikeliest() {
    StringBuilder generated = new StringBuilder();
    try (Generation generation = model.generate(spec(Mode.DENSE, 20))) {
      generation.forEachRemaining(token -> generated.append(token.text()));
    }

    assertThat(score(Mode.DENSE, generated.toString()))
        .allSatisfy(each -> assertThat(each.likeliest()).isEqualTo(each.token().tokenId()));
  }

  @Test
  void drawnTokensHaveTheSurpriseThatScoringGivesThem() {
    StringBuilder text = new StringBuilder();
    List<Double> surprisals = new ArrayList<>();
    try (Generation generation = model.generate(spec(Mode.CLADA, 20))) {
      generation.forEachRemaining(
          token -> {
            text.append(token.text());
            surprisals.add(token.surprisal());
          });
    }

    List<Scoring.Scored> scored = score(Mode.CLADA, text.toString());
    assertThat(scored).hasSameSizeAs(surprisals);
    for (int i = 0; i < surprisals.size(); i++) {
      assertThat(scored.get(i).token().surprisal()).isCloseTo(surprisals.get(i), within(1e-3));
    }
  }

  @Test
  void leavingMuchOutCosts() {
    assertThat(bits(score(Mode.GRIFFIN, CONTINUATION)))
        .isGreaterThan(bits(score(Mode.DENSE, CONTINUATION)));
    assertThat(bits(score(Mode.EXACT, CONTINUATION)))
        .isCloseTo(bits(score(Mode.DENSE, CONTINUATION)), within(1e-3));
  }

  @Test
  void aContinuationOfNothingIsInvalid() {
    assertThatThrownBy(() -> score(Mode.DENSE, ""))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("continuation: ");
  }

  private static double bits(List<Scoring.Scored> scored) {
    return scored.stream().mapToDouble(each -> each.token().surprisal()).sum();
  }

  private static List<Scoring.Scored> score(Mode mode, String continuation) {
    List<Scoring.Scored> scored = new ArrayList<>();
    try (Scoring scoring = model.score(spec(mode, 1), continuation)) {
      scoring.forEachRemaining(scored::add);
    }
    return scored;
  }

  private static GenerationSpec spec(Mode mode, int tokens) {
    return new GenerationSpec(
        "test",
        PROMPT,
        true,
        mode,
        tokens,
        false,
        List.of(),
        new SamplingParameters(false, null, null, null, null, 1),
        SparsityParameters.DEFAULT,
        FleetThresholds.DEFAULT,
        null,
        List.of());
  }
}
