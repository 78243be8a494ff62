package io.clada.worker;

import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the computer's clock was set back. Kafka's clients time their heartbeats and Kafka
 * Streams its commits and punctuations by that clock, and stand still until it has caught up; a new
 * process does not. A clock set forward lets time-outs pass early, from which they recover by
 * themselves.
 */
final class ClockWatch {
  private final Clock wall;
  private final LongSupplier nanoTime;
  private final Duration most;
  private long aheadMs;

  /**
   * @param nanoTime never set, as {@link System#nanoTime}
   * @param most what may be waited for: less than others take to notice a worker's silence
   */
  ClockWatch(Clock wall, LongSupplier nanoTime, Duration most) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.most = most;
    this.aheadMs = ahead();
  }

  /** What happened to the clock since the last look, if it matters; one thread. */
  @Nullable String fault() {
    long before = aheadMs;
    aheadMs = ahead();
    long backMs = before - aheadMs;
    return backMs <= most.toMillis()
        ? null
        : "the computer's clock was set back by "
            + Duration.ofMillis(backMs)
            + ", for which Kafka's clients would stand still: start the worker again";
  }

  private long ahead() {
    return wall.millis() - Duration.ofNanos(nanoTime.getAsLong()).toMillis();
  }
}
