package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;

/** What the elastic controller never does, whatever the fleet reports. */
class KeepRatioRuleTest {
  private static final long SECOND = 1000;
  private static final long SETTLE = 45 * SECOND;
  private static final Pressure CALM = new Pressure(0, 0.01);
  private static final Pressure BUSY = new Pressure(0.3, 0.01);
  private static final Pressure PRESSED = new Pressure(0.6, 0.01);
  private static final Pressure SWAMPED = new Pressure(1.1, 0.01);
  private static final Pressure SLOW = new Pressure(0, 0.3);

  /** A look at the fleet, so long after the one before. */
  record Look(Pressure pressure, long afterMs) {}

  @Property
  void theOffsetStaysBetweenTheProfilesBoundAndTheMaximum(
      @ForAll("looks") List<Look> looks,
      @ForAll @Scale(4) @DoubleRange(min = 0, max = 1) double maximum,
      @ForAll @Scale(4) @DoubleRange(min = 0.001, max = 1) double step) {
    KeepRatioRule rule = rule(maximum, step);
    KeepRatio state = KeepRatio.start(0);
    long now = 0;
    for (Look look : looks) {
      now += look.afterMs;
      KeepRatio next = rule.next(state, look.pressure, now, SETTLE);

      assertThat(next.offset()).isBetween(0.0, maximum);
      assertThat(next.offset() - state.offset()).isLessThanOrEqualTo(step + 1e-6);
      if (next.offset() > state.offset()) {
        assertThat(rule.load(look.pressure)).isLessThan(KeepRatioRule.CALM);
        assertThat(now - state.calmSince()).isGreaterThanOrEqualTo(60 * SECOND);
      }
      if (rule.load(look.pressure) > KeepRatioRule.SEVERE) {
        assertThat(next.offset()).isZero();
      }
      state = next;
    }
  }

  @Property
  void switchedOffTheOffsetIsTheProfilesBound(@ForAll("looks") List<Look> looks) {
    KeepRatioRule off =
        new KeepRatioRule(false, 0.3, 0.05, 0.5, Duration.ofMillis(200), Duration.ofMinutes(1));
    KeepRatio state = KeepRatio.start(0.2);
    for (Look look : looks) {
      state = off.next(state, look.pressure, look.afterMs, SETTLE);
      assertThat(state.offset()).isZero();
    }
  }

  @Example
  void calmRaisesTheOffsetStepByStepUpToTheMaximum() {
    KeepRatio state = hold(KeepRatio.start(0), CALM, 0, 59);
    assertThat(state.offset()).isZero();
    assertThat(hold(state, CALM, 60, 60).offset()).isEqualTo(0.05);
    assertThat(hold(state, CALM, 60, 1000).offset()).isEqualTo(0.3);
  }

  @Example
  void betweenCalmAndPressedNothingChanges() {
    assertThat(hold(KeepRatio.start(0.2), BUSY, 0, 10_000).offset()).isEqualTo(0.2);
  }

  @Example
  void withoutTrafficNothingChanges() {
    Pressure unknown = new Pressure(Double.NaN, Double.NaN);
    assertThat(hold(KeepRatio.start(0.2), unknown, 0, 10_000).offset()).isEqualTo(0.2);
  }

  @Example
  void pressureLowersItByOneStepAtATime() {
    KeepRatio state = hold(KeepRatio.start(0.3), PRESSED, 0, 0);
    assertThat(state.offset()).isEqualTo(0.25);
    assertThat(hold(state, PRESSED, 1, 44).offset()).isEqualTo(0.25);
    assertThat(hold(state, PRESSED, 1, 45).offset()).isEqualTo(0.2);
  }

  @Example
  void slowTokensAreAPressureToo() {
    assertThat(hold(KeepRatio.start(0.3), SLOW, 0, 0).offset()).isEqualTo(0.25);
  }

  @Example
  void swampedItGoesToTheBoundAtOnce() {
    assertThat(hold(KeepRatio.start(0.3), SWAMPED, 0, 0).offset()).isZero();
  }

  @Example
  void anOffsetThatFailedIsTriedAgainAfterTwiceTheCalmEachTime() {
    KeepRatio failedOnce = hold(KeepRatio.start(0.3), PRESSED, 0, 0);
    assertThat(hold(failedOnce, CALM, 1, 119).offset()).isEqualTo(0.25);
    KeepRatio again = hold(failedOnce, CALM, 1, 121);
    assertThat(again.offset()).isEqualTo(0.3);

    KeepRatio failedTwice = hold(again, PRESSED, 200, 200);
    assertThat(hold(failedTwice, CALM, 201, 440).offset()).isEqualTo(0.25);
    assertThat(hold(failedTwice, CALM, 201, 441).offset()).isCloseTo(0.3, within(1e-9));
  }

  /** Looks once a second, from one second to another. */
  private static KeepRatio hold(KeepRatio state, Pressure pressure, long from, long to) {
    KeepRatioRule rule = rule(0.3, 0.05);
    KeepRatio held = state;
    for (long second = from; second <= to; second++) {
      held = rule.next(held, pressure, second * SECOND, SETTLE);
    }
    return held;
  }

  private static KeepRatioRule rule(double maximum, double step) {
    return new KeepRatioRule(
        true, maximum, step, 0.5, Duration.ofMillis(200), Duration.ofMinutes(1));
  }

  @Provide
  Arbitrary<List<Look>> looks() {
    Arbitrary<Double> waiting =
        Arbitraries.oneOf(
            Arbitraries.of(0.0, Double.NaN, Double.POSITIVE_INFINITY),
            Arbitraries.doubles().between(0, 2));
    Arbitrary<Double> seconds =
        Arbitraries.oneOf(Arbitraries.of(0.0, Double.NaN), Arbitraries.doubles().between(0, 1));
    return Combinators.combine(
            Combinators.combine(waiting, seconds).as(Pressure::new),
            Arbitraries.longs().between(0, 120_000))
        .as(Look::new)
        .list()
        .ofMaxSize(200);
  }
}
