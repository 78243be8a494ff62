package io.clada.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Native memory is freed by whoever closes it; no collector would. */
class NativeMemoryTest {
  private static final Golden MODEL = new Golden("tiny-gpt2");
  private static final int[] IDS = {5, 6, 7, 8, 9};

  @ParameterizedTest
  @EnumSource(Precision.class)
  void aSequenceLeavesNothingBehind(Precision precision) {
    try (Decoder decoder = MODEL.decoder(precision)) {
      int before = decoder.tensors();
      try (Sequence sequence = decoder.sequence(8);
          Sequence other = decoder.sequence(8)) {
        int open = decoder.tensors();
        assertThat(open).isGreaterThan(before);
        run(decoder, decoder.weights(), sequence);
        sequence.grow(32);
        other.adopt(sequence, IDS.length);
        other.restore(sequence.collected());
        decoder.energy(other);
        decoder.logits(other, IDS);

        assertThat(decoder.tensors()).isEqualTo(open);
      }
      assertThat(decoder.tensors()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "INT8", mode = Mode.EXCLUDE)
  void aSetOfNeuronsLeavesNothingBehind(Precision precision) {
    try (Decoder decoder = MODEL.decoder(precision);
        Sequence sequence = decoder.sequence(8)) {
      int before = decoder.tensors();
      for (int round = 0; round < 3; round++) {
        try (CompactWeights compact = decoder.compact(20)) {
          int[][] set = new int[decoder.config().layers()][];
          Arrays.fill(set, IntStream.range(round, 20 + round).toArray());
          compact.assign(set);
          run(decoder, compact.weights(), sequence);
        }
      }

      assertThat(decoder.tensors()).isEqualTo(before);
    }
  }

  private static void run(Decoder decoder, Weights weights, Sequence sequence) {
    boolean whole = weights.all() == decoder.weights().all();
    Segment segment =
        new Segment(
            sequence,
            0,
            IDS,
            whole,
            List.of(Draw.by(0.5)),
            new Sampling(1, 0, 0.9, 1.2),
            new int[0]);
    decoder.run(weights, Keep.dense(decoder.config().layers()), List.of(segment));
  }
}
