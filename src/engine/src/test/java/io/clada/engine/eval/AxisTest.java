package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Round values along the side of a picture. */
final class AxisTest {
  @Property
  void everyValueFindsItsPlaceBetweenTheEnds(
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double a,
      @ForAll @DoubleRange(min = -1e6, max = 1e6) double b) {
    Axis axis = Axis.around(Math.min(a, b), Math.max(a, b), 5, 0, 300);

    assertThat(axis.from()).isLessThan(Math.min(a, b));
    assertThat(axis.to()).isGreaterThan(Math.max(a, b));
    assertThat(axis.ticks()).hasSizeBetween(3, 10).isSorted();
    assertThat(axis.at(a)).isBetween(0.0, 300.0);
  }

  @Test
  void ticksAreRoundAndTellThemselvesApart() {
    Axis axis = Axis.fromZero(0.83, 4, 100, 0);

    assertThat(axis.ticks().stream().map(axis::label).toList())
        .isEqualTo(List.of("0.0", "0.5", "1.0"));
    assertThat(axis.at(0.25)).isCloseTo(75, within(1e-9));
  }

  @Test
  void oneValueAloneHasAnAxisToo() {
    assertThat(Axis.around(100, 100, 5, 0, 1).ticks()).hasSizeGreaterThan(2);
    assertThat(Axis.fromZero(0, 4, 0, 1).to()).isEqualTo(1);
  }
}
