package io.clada.schemas.neurons;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Eight bits a neuron. */
class LevelsTest {
  @Test
  void theLargestShareHasTheTopLevelAndRootsAreQuantised() {
    Levels levels = Levels.of(new float[] {0.64f, 0.16f, 0, 0.01f});

    assertThat(levels.scale()).isEqualTo(0.64f);
    // 255 * sqrt(0.25) = 127.5 and 255 * sqrt(0.01 / 0.64) = 31.875
    assertThat(levels.bytes().array()).containsExactly((byte) 255, (byte) 128, (byte) 0, (byte) 32);
  }

  @Test
  void whereNothingFiredThereIsNoScaleAndNoShare() {
    Levels levels = Levels.of(new float[2]);

    assertThat(levels.scale()).isZero();
    assertThat(levels.bytes().array()).containsOnly((byte) 0);
    assertThat(levels.normalised()).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 5000})
  void sharesAreReadBackToWithinHalfALevel(int neurons) {
    float[] shares = new float[neurons];
    for (int i = 0; i < neurons; i++) {
      shares[i] = 2f * (i + 1) / neurons / (neurons + 1);
    }
    Levels levels = Levels.of(shares);

    for (int i = 0; i < neurons; i++) {
      assertThat(Math.sqrt(levels.relative(i)))
          .isCloseTo(Math.sqrt(shares[i] / levels.scale()), within(0.501 / 255));
    }
    float sum = 0;
    for (float share : levels.normalised()) {
      sum += share;
    }
    assertThat(sum).isCloseTo(1, within(1e-4f));
  }

  @Test
  void whatIsPartOfALargerBufferIsReadFromItsBeginning() {
    Levels whole = Levels.of(new float[] {0.5f, 0.25f, 0.25f});
    Levels rest = new Levels(whole.scale(), whole.bytes().slice(1, 2));

    assertThat(List.of(rest.size(), (int) Math.round(rest.relative(0) * 2))).containsExactly(2, 1);
    assertThat(rest.normalised()).containsExactly(0.5f, 0.5f);
  }
}
