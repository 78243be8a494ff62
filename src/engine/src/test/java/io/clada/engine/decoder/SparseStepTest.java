package io.clada.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.engine.clada.NeuronSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps that leave something out, in every family, two ways that must agree. */
class SparseStepTest {
  private static final int[] NOTHING = {};
  private static final double CLOSE = 1e-3;

  static List<Golden> models() throws IOException {
    return Golden.all();
  }

  /** Several rows multiply what is left out by zero; a single row does not read its weights. */
  @ParameterizedTest
  @MethodSource("models")
  void whatIsNotReadCountsAsZero(Golden golden) {
    try (Decoder decoder = golden.decoder(Precision.FLOAT32)) {
      int[] ids = longest(golden);
      Random random = new Random(1);
      long[] inputs = decoder.weights().inputs();
      double[] thresholds = random.doubles(inputs.length, 0, 0.6).toArray();
      long[] floors = new long[inputs.length];
      Arrays.setAll(
          floors,
          i -> random.nextInt(4) == 0 ? Long.MAX_VALUE : 4 + random.nextInt((int) inputs[i] / 3));
      Keep keep = new Keep(thresholds, floors);
      List<Step> alone = new ArrayList<>();
      double[] used = new double[inputs.length];
      try (Sequence one = decoder.sequence(ids.length);
          Sequence several = decoder.sequence(ids.length)) {
        for (int i = 0; i < ids.length - 1; i++) {
          Segment row = scored(one, i, Arrays.copyOfRange(ids, i, i + 2));
          Outcome outcome = decoder.run(decoder.weights(), keep, List.of(row));
          alone.addAll(outcome.steps().get(0));
          Arrays.setAll(used, j -> used[j] + outcome.used()[j] / (ids.length - 1));
        }
        Keep rows = Keep.ofRows(Collections.nCopies(ids.length - 1, keep));
        Outcome together = decoder.run(decoder.weights(), rows, List.of(scored(several, 0, ids)));

        assertSame(together.steps().get(0), alone);
        assertThat(together.used()).containsExactly(used, within(0.5));
      }
    }
  }

  /** What a step keeps of the neurons, in compact copies. */
  @ParameterizedTest
  @MethodSource("models")
  void aSetOfTheNeuronsThatAStepKeepsGivesTheSameStep(Golden golden) {
    try (Decoder decoder = golden.decoder(Precision.FLOAT32)) {
      int[] ids = longest(golden);
      int kept = decoder.config().intermediateSize() / 3;
      Keep keep = Keep.dense(decoder.config().layers());
      for (int layer = 0; layer < decoder.config().layers(); layer++) {
        int down = layer * Site.COUNT + Site.DOWN.place();
        keep.thresholds()[down] = Double.MAX_VALUE;
        keep.floors()[down] = kept;
      }
      try (Sequence first = prefilled(decoder, ids);
          Sequence second = prefilled(decoder, ids);
          CompactWeights compact = decoder.compact(kept)) {
        Segment row = scored(first, ids.length - 2, last(ids));
        Segment collecting =
            new Segment(first, row.start(), row.ids(), true, row.draws(), row.sampling(), NOTHING);
        Outcome sparse = decoder.run(decoder.weights(), keep, List.of(collecting));
        compact.assign(NeuronSet.top(first.squares(), kept));
        Outcome set =
            decoder.run(
                compact.weights(),
                Keep.dense(decoder.config().layers()),
                List.of(scored(second, ids.length - 2, last(ids))));

        assertSame(set.steps().get(0), sparse.steps().get(0));
        assertThat(sparse.activeNeurons(0)).isEqualTo(kept);
        assertThat(set.activeNeurons(0)).isEqualTo(kept);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void swappingFromSetToSetEndsWhereAFreshSetBegins(Golden golden) {
    try (Decoder decoder = golden.decoder(Precision.FLOAT32)) {
      Random random = new Random(3);
      int[] ids = longest(golden);
      int neurons = decoder.config().intermediateSize();
      int kept = neurons / 2;
      int[][] before = new int[decoder.config().layers()][0];
      try (CompactWeights swapped = decoder.compact(kept)) {
        for (int round = 0; round < 8; round++) {
          float[][] scores = new float[before.length][neurons];
          for (float[] layer : scores) {
            for (int neuron = 0; neuron < neurons; neuron++) {
              layer[neuron] = random.nextFloat();
            }
          }
          int[][] set = NeuronSet.top(scores, kept);
          assertThat(swapped.assign(set)).isEqualTo(entering(before, set));
          assertThat(swapped.assign(set)).as("the same again").isZero();
          try (CompactWeights fresh = decoder.compact(kept)) {
            fresh.assign(set);
            assertSame(scores(decoder, swapped, ids), scores(decoder, fresh, ids));
          }
          before = set;
        }
      }
    }
  }

  private static int entering(int[][] before, int[][] after) {
    int entering = 0;
    for (int layer = 0; layer < after.length; layer++) {
      List<Integer> held = Arrays.stream(before[layer]).boxed().toList();
      entering += (int) Arrays.stream(after[layer]).filter(each -> !held.contains(each)).count();
    }
    return entering;
  }

  private static List<Step> scores(Decoder decoder, CompactWeights compact, int[] ids) {
    try (Sequence sequence = decoder.sequence(ids.length)) {
      Keep dense = Keep.dense(decoder.config().layers());
      List<Segment> segments = List.of(scored(sequence, 0, ids));
      return decoder.run(compact.weights(), dense, segments).steps().get(0);
    }
  }

  private static void assertSame(List<Step> actual, List<Step> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).surprisal()).isCloseTo(expected.get(i).surprisal(), within(CLOSE));
      assertThat(actual.get(i).entropy()).isCloseTo(expected.get(i).entropy(), within(CLOSE));
    }
  }

  /** The tokens at positions from {@code start} on, each of which scores the one behind it. */
  private static Segment scored(Sequence sequence, int start, int... ids) {
    List<Draw> draws = Arrays.stream(ids).skip(1).mapToObj(Draw::scoring).toList();
    int[] rows = Arrays.copyOf(ids, ids.length - 1);
    return new Segment(sequence, start, rows, false, draws, Sampling.GREEDY, NOTHING);
  }

  private static Sequence prefilled(Decoder decoder, int[] ids) {
    Sequence sequence = decoder.sequence(ids.length);
    Segment segment = Segment.fill(sequence, 0, Arrays.copyOf(ids, ids.length - 2), false);
    decoder.run(decoder.weights(), Keep.dense(decoder.config().layers()), List.of(segment));
    return sequence;
  }

  private static int[] last(int[] ids) {
    return Arrays.copyOfRange(ids, ids.length - 2, ids.length);
  }

  private static int[] longest(Golden golden) {
    List<Golden.Prompt> prompts = golden.prompts();
    return prompts.get(prompts.size() - 1).ids();
  }
}
