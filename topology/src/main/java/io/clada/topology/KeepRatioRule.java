package io.clada.topology;

import io.clada.service.Settings;
import java.time.Duration;

/**
 * The elastic controller: how much more than the profile's ratios is kept of each matrix, between 0
 * (throughput: the calibrated error bound itself) and a maximum (quality). It lowers the offset
 * while the fleet is pressed and raises it step by step while the fleet is calm.
 *
 * <p>What keeps it from oscillating: between "pressed" and "calm" lies a band, wider than a step's
 * effect, in which it does nothing; after a change it waits until only traffic under the new offset
 * is measured; and an offset that turned out to be too much is tried again only after a calm that
 * doubles with each failure, while lower ones are reached without such waiting.
 *
 * @param enabled false: the offset is 0
 * @param maximum largest offset
 * @param step by which it changes
 * @param waitingLimit requests that may wait for each one that runs
 * @param tokenLimit time that a token may take
 * @param patience how long the fleet must be calm before a raise
 */
record KeepRatioRule(
    boolean enabled,
    double maximum,
    double step,
    double waitingLimit,
    Duration tokenLimit,
    Duration patience) {
  /** Share of the limits below which the fleet is calm. */
  static final double CALM = 0.3;

  /** Multiple of a limit from which there is no time for steps. */
  static final double SEVERE = 2;

  /** How often the patience with an offset that failed is doubled at most. */
  private static final int MOST_DOUBLINGS = 4;

  private static final double ROUNDING = 1e-9;

  /**
   * @throws TopologyException naming the property that is wrong
   */
  static KeepRatioRule of(Settings settings) {
    return new KeepRatioRule(
        settings.flag("clada.elastic.enabled", false),
        settings.share("clada.elastic.max.offset", 0.3),
        settings.number("clada.elastic.step", 0.05, 0.001, 1),
        settings.number("clada.elastic.waiting.limit", 0.5, 0.01, 1000),
        settings.millis("clada.elastic.time.per.token.limit.ms", Duration.ofMillis(200)),
        settings.millis("clada.elastic.patience.ms", Duration.ofMinutes(1)));
  }

  /** How hard the fleet is pressed: 1 is at a limit; NaN where nothing is known. */
  double load(Pressure pressure) {
    double waiting = pressure.waiting() / waitingLimit;
    double speed = 1000 * pressure.secondsPerToken() / tokenLimit.toMillis();
    return Double.isNaN(speed) ? waiting : Double.isNaN(waiting) ? speed : Math.max(waiting, speed);
  }

  /**
   * What is to be in force now.
   *
   * @param now ms since the epoch
   * @param settle how long after a change the pressure is still partly that of before, ms
   */
  KeepRatio next(KeepRatio last, Pressure pressure, long now, long settle) {
    if (!enabled || last.offset() > maximum) {
      return KeepRatio.start(enabled ? maximum : 0);
    }
    double load = load(pressure);
    boolean settled = last.changedAt() == KeepRatio.NEVER || now - last.changedAt() >= settle;
    if (load > SEVERE) {
      return lowered(last, 0, now);
    }
    if (load > 1) {
      return settled ? lowered(last, last.offset() - step, now) : last.calmSince(KeepRatio.NEVER);
    }
    if (Double.isNaN(load)) {
      return last;
    }
    if (load >= CALM) {
      return last.calmSince(KeepRatio.NEVER);
    }
    long since = last.calmSince() == KeepRatio.NEVER ? now : last.calmSince();
    boolean raise = settled && last.offset() < maximum && now - since >= patienceBeforeRaise(last);
    return raise ? raised(last, now) : last.calmSince(since);
  }

  /** Why it changed from one to the other. */
  String reason(KeepRatio before, KeepRatio after, Pressure pressure) {
    if (!enabled) {
      return "the elastic controller is off";
    }
    String change =
        after.offset() > before.offset()
            ? "calm"
            : before.offset() > maximum ? "the maximum is lower now" : "pressed";
    return change + ": " + pressure;
  }

  private long patienceBeforeRaise(KeepRatio last) {
    return last.offset() + step < last.failed() - ROUNDING ? patience.toMillis() : last.patience();
  }

  /** Steps add up to what people would add them up to. */
  private static double rounded(double offset) {
    return Math.rint(offset * 1e6) / 1e6;
  }

  private KeepRatio raised(KeepRatio last, long now) {
    double offset = Math.min(maximum, rounded(last.offset() + step));
    // Beyond what had failed: the fleet has become faster, or its load lighter.
    boolean proven = offset > last.failed() + ROUNDING;
    return new KeepRatio(
        offset,
        now,
        now,
        proven ? KeepRatio.NONE_FAILED : last.failed(),
        proven ? 0 : last.patience());
  }

  private KeepRatio lowered(KeepRatio last, double to, long now) {
    if (last.offset() == 0) {
      return last.calmSince(KeepRatio.NEVER);
    }
    boolean again = last.offset() > last.failed() - ROUNDING;
    long longer = 2 * (again ? last.patience() : patience.toMillis());
    return new KeepRatio(
        Math.max(0, rounded(to)),
        KeepRatio.NEVER,
        now,
        Math.min(last.failed(), last.offset()),
        Math.min(longer, patience.toMillis() << MOST_DOUBLINGS));
  }
}
