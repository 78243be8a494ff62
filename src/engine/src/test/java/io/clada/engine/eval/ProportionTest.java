package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Wilson score interval. */
final class ProportionTest {
  /** Values of R's {@code prop.test(x, n, correct = FALSE)}. */
  @ParameterizedTest
  @CsvSource({
    "0, 10, 0.0, 0.2775328",
    "1, 10, 0.01787621, 0.40415003",
    "5, 10, 0.2365931, 0.7634069",
    "10, 10, 0.7224672, 1.0",
    "81, 263, 0.2552915, 0.3661706",
  })
  void intervalsAreWilsons(long successes, long trials, double low, double high) {
    Proportion proportion = new Proportion(successes, trials);

    assertThat(proportion.low()).isCloseTo(low, within(1e-4));
    assertThat(proportion.high()).isCloseTo(high, within(1e-4));
  }

  @Property
  void theShareLiesWithinItsInterval(
      @ForAll @IntRange(min = 1, max = 100_000) int trials,
      @ForAll @IntRange(max = 100) int share) {
    Proportion proportion = new Proportion((long) trials * share / 100, trials);

    assertThat(proportion.low()).isBetween(0.0, proportion.share() + 1e-12);
    assertThat(proportion.high()).isBetween(proportion.share() - 1e-12, 1.0);
  }

  @Test
  void moreSuccessesThanTrialsAreAnError() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Proportion(3, 2));
    assertThatIllegalArgumentException().isThrownBy(() -> new Proportion(0, 0));
  }
}
