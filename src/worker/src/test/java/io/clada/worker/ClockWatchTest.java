package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Time passes on one clock, and jumps on the other. */
class ClockWatchTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Wall wall = new Wall();
  private final ClockWatch watch =
      new ClockWatch(wall, nanos::get, Duration.ofSeconds(2), Duration.ofMinutes(5));

  @Test
  void timeThatPassesIsNoFault() {
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofMinutes(4));
      assertThat(watch.fault()).isNull();
    }
  }

  @Test
  void aClockSetBackIsAFault() {
    pass(Duration.ofSeconds(1));
    wall.now = wall.now.minusSeconds(3);

    assertThat(watch.fault()).contains("clock", "set back", "PT3S");
  }

  @Test
  void aClockSetForwardIsNoneAndNeitherIsItsReturn() {
    wall.now = wall.now.plusSeconds(200);
    assertThat(watch.fault()).isNull();

    wall.now = wall.now.minusSeconds(2);
    assertThat(watch.fault()).isNull();
  }

  @Test
  void aSleepOfTheProcessIsAFault() {
    pass(Duration.ofMinutes(6));

    assertThat(watch.fault()).contains("slept", "PT6M");
  }

  @Test
  void aSleepOfTheComputerIsOneToo() {
    wall.now = wall.now.plusSeconds(360); // its other clock stands still meanwhile

    assertThat(watch.fault()).contains("slept", "PT6M");
  }

  @Test
  void stepsThatCanBeWaitedForDoNotAddUp() {
    for (int i = 0; i < 10; i++) {
      wall.now = wall.now.minusSeconds(1);
      assertThat(watch.fault()).isNull();
    }
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
    wall.now = wall.now.plus(time);
  }

  private static final class Wall extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
