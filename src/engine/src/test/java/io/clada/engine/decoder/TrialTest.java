package io.clada.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What calibration tries out in passes of many rows is what single sparse steps would do. */
class TrialTest {
  private static final int[] NOTHING = {};

  static List<Golden> models() throws IOException {
    return Golden.all();
  }

  @ParameterizedTest
  @MethodSource("models")
  void eachRowOfAPassKeepsWhatItsOwnStepWould(Golden golden) {
    try (Decoder decoder = golden.decoder(Precision.FLOAT32)) {
      int matrices = decoder.config().layers() * Site.COUNT;
      List<Keep> keeps =
          List.of(
              keep(matrices, 0.02),
              keep(matrices, Double.MAX_VALUE),
              Keep.dense(decoder.config().layers()));
      List<Step> alone = new ArrayList<>();
      double[] used = new double[matrices];
      List<Segment> together = new ArrayList<>();
      List<Sequence> open = new ArrayList<>();
      for (int row = 0; row < keeps.size(); row++) {
        for (List<Segment> target : List.of(new ArrayList<Segment>(), together)) {
          Sequence sequence = decoder.sequence(6);
          open.add(sequence);
          int[] prompt = {1, 2 + row, 3};
          decoder.run(
              decoder.weights(),
              Keep.dense(decoder.config().layers()),
              List.of(Segment.fill(sequence, 0, prompt, false)));
          target.add(scoring(sequence, 3, 4 + row, 5));
          if (target != together) {
            Outcome outcome = decoder.run(decoder.weights(), keeps.get(row), target);
            alone.add(outcome.steps().get(0).get(0));
            Arrays.setAll(used, i -> used[i] + outcome.used()[i] / keeps.size());
          }
        }
      }

      Outcome outcome = decoder.run(decoder.weights(), Keep.ofRows(keeps), together);

      for (int row = 0; row < keeps.size(); row++) {
        assertThat(outcome.steps().get(row).get(0).surprisal())
            .isCloseTo(alone.get(row).surprisal(), within(1e-3));
      }
      assertThat(outcome.used()).containsExactly(used, within(0.01));
      open.forEach(Sequence::close);
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void losingTheSmallerHalfOfTheInputsCostsPartOfEveryProduct(Golden golden) {
    try (Decoder decoder = golden.decoder(Precision.FLOAT32);
        Sequence sequence = decoder.sequence(16)) {
      int[] ids = Arrays.copyOf(golden.prompts().get(1).ids(), 5);

      float[][] losses = decoder.losses(Segment.fill(sequence, 0, ids, true));

      assertThat(losses).hasDimensions(decoder.config().layers() * Site.COUNT, 1);
      for (int matrix = 0; matrix < losses.length; matrix++) {
        // Half of what a neuron's function gives may be as good as nothing.
        float least = Site.of(matrix) == Site.DOWN ? 0 : 0.001f;
        assertThat(losses[matrix][0] / ids.length).isBetween(least, 1.5f);
      }
      assertThat(sequence.tokensCollected()).isEqualTo(ids.length);
    }
  }

  @Test
  void rowsWithDifferentFloorsAreRefused() {
    Keep four = new Keep(new double[4], new long[] {4, 4, 4, 4});
    Keep five = new Keep(new double[4], new long[] {4, 4, 4, 5});

    assertThatThrownBy(() -> Keep.ofRows(List.of(four, five)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static Keep keep(int matrices, double threshold) {
    double[] thresholds = new double[matrices];
    long[] floors = new long[matrices];
    Arrays.fill(thresholds, threshold);
    Arrays.fill(floors, 5);
    return new Keep(thresholds, floors);
  }

  private static Segment scoring(Sequence sequence, int start, int token, int target) {
    return new Segment(
        sequence,
        start,
        new int[] {token},
        false,
        List.of(Draw.scoring(target)),
        Sampling.GREEDY,
        NOTHING);
  }
}
