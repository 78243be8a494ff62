package io.clada.client;

/** Growing waits between tries, doubled each time up to a bound. */
final class Backoff {
  private static final long FIRST_MILLIS = 100;
  private static final long MOST_MILLIS = 10_000;

  private long next = FIRST_MILLIS;

  long nextMillis() {
    long now = next;
    next = Math.min(2 * next, MOST_MILLIS);
    return now;
  }

  void reset() {
    next = FIRST_MILLIS;
  }
}
