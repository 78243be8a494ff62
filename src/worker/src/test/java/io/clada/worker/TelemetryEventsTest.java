package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.schemas.NeuronImportance;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Eight bits a neuron. */
class TelemetryEventsTest {
  @Test
  void givesTheLargestShareTheTopLevelAndQuantisesRoots() {
    NeuronImportance importance = TelemetryEvents.importance(new float[] {0.64f, 0.16f, 0, 0.01f});

    assertThat(importance.getScale()).isEqualTo(0.64f);
    // 255 * sqrt(0.25) = 127.5 and 255 * sqrt(0.01 / 0.64) = 31.875
    assertThat(Buffers.copy(importance.getLevels()))
        .containsExactly((byte) 255, (byte) 128, (byte) 0, (byte) 32);
  }

  @Test
  void hasNoScaleWhereNothingFired() {
    NeuronImportance importance = TelemetryEvents.importance(new float[2]);

    assertThat(importance.getScale()).isZero();
    assertThat(Buffers.copy(importance.getLevels())).containsOnly((byte) 0);
  }

  @Property
  void readsBackToWithinHalfALevel(
      @ForAll @Size(min = 1, max = 50) List<@FloatRange(min = 0, max = 1) Float> given) {
    float[] shares = new float[given.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = given.get(i);
    }
    NeuronImportance importance = TelemetryEvents.importance(shares);
    byte[] levels = Buffers.copy(importance.getLevels());

    for (int i = 0; i < shares.length; i++) {
      double root = Math.sqrt(importance.getScale()) * (levels[i] & 0xff) / 255;
      assertThat(root)
          .isCloseTo(
              Math.sqrt(shares[i]), within(Math.sqrt(importance.getScale()) * 0.501 / 255 + 1e-9));
    }
  }
}
