package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which answer a model holds for the likeliest. */
final class MultipleChoiceTest {
  @Test
  void theLikeliestPerByteIsChosen() {
    // Per byte: -1.0, -0.6, -0.9; in all, the first is the likeliest.
    Map<String, double[]> logs =
        Map.of(
            " no", new double[] {-2},
            " certainly", new double[] {-3, -2.4},
            " perhaps", new double[] {-6.3});

    int chosen =
        MultipleChoice.choose(
            (prompt, continuation) -> logs.get(continuation),
            "Is it?",
            List.of("no", "certainly", "perhaps"));

    assertThat(chosen).isEqualTo(1);
  }

  @Test
  void lengthIsThatOfTheText() {
    // Two characters of two bytes each: -1 per byte, against -1.5.
    int chosen =
        MultipleChoice.choose(
            (prompt, continuation) -> new double[] {continuation.contains("ü") ? -4 : -3},
            "x",
            List.of("ab", "üü"));

    assertThat(chosen).isEqualTo(1);
  }

  @Test
  void aSpacePartsQuestionAndAnswerUnlessOneIsThere() {
    List<String> seen = new ArrayList<>();
    Scorer scorer =
        (prompt, continuation) -> {
          seen.add(prompt + continuation);
          return new double[] {-1};
        };

    MultipleChoice.choose(scorer, "Q:", List.of("yes", "\nno"));
    MultipleChoice.choose(scorer, "Q: ", List.of("yes"));

    assertThat(seen).containsExactly("Q: yes", "Q:\nno", "Q: yes");
  }
}
