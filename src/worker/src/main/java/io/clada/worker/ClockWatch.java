package io.clada.worker;

import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Notices two things from which only a new process recovers. A clock that was set back: Kafka's
 * clients time their heartbeats and Kafka Streams its commits and punctuations by it, and stand
 * still until it has caught up. And minutes that passed without this process (a computer asleep, a
 * process stopped): what it keeps ready of others' state may have missed {@linkplain
 * Changelogs#DELETIONS_KEPT deletions}, and a new process reads it afresh. A clock set forward by
 * as much looks the same; by less, it lets time-outs pass early, from which the clients recover.
 */
final class ClockWatch {
  private final Clock wall;
  private final LongSupplier nanoTime;
  private final Duration mostBack;
  private final Duration mostAsleep;
  private long aheadMs;
  private long lookedMs;

  /**
   * @param nanoTime never set, as {@link System#nanoTime}
   * @param mostBack what may be waited for: less than others take to notice a worker's silence
   * @param mostAsleep between two looks
   */
  ClockWatch(Clock wall, LongSupplier nanoTime, Duration mostBack, Duration mostAsleep) {
    this.wall = wall;
    this.nanoTime = nanoTime;
    this.mostBack = mostBack;
    this.mostAsleep = mostAsleep;
    this.aheadMs = ahead();
    this.lookedMs = wall.millis();
  }

  /** What happened to the clock since the last look, if it matters; one thread. */
  @Nullable String fault() {
    long before = aheadMs;
    aheadMs = ahead();
    long backMs = before - aheadMs;
    long asleepMs = wall.millis() - lookedMs;
    lookedMs += asleepMs;
    if (backMs > mostBack.toMillis()) {
      return "the computer's clock was set back by "
          + Duration.ofMillis(backMs)
          + ", for which Kafka's clients would stand still: start the worker again";
    }
    return asleepMs <= mostAsleep.toMillis()
        ? null
        : "the worker has slept for "
            + Duration.ofMillis(asleepMs)
            + ", or the clock was set forward: start the worker again";
  }

  private long ahead() {
    return wall.millis() - Duration.ofNanos(nanoTime.getAsLong()).toMillis();
  }
}
