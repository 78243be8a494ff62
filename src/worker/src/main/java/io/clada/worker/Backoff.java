package io.clada.worker;

import java.time.Duration;

/** Growing waits between tries: doubled each time, up to a bound. */
final class Backoff {
  private final Duration most;
  private Duration next;

  Backoff(Duration first, Duration most) {
    this.next = first;
    this.most = most;
  }

  /** The wait before the next try. */
  Duration next() {
    Duration now = next;
    Duration doubled = now.multipliedBy(2);
    next = doubled.compareTo(most) < 0 ? doubled : most;
    return now;
  }
}
