package io.clada.worker;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** How fast requests leave the queue, measured over the last of them. */
final class DrainRate {
  private static final int LAST = 256;
  private static final int LEAST = 2;

  private final Deque<Long> endsMs = new ArrayDeque<>();

  void ended(long nowMs) {
    if (endsMs.size() == LAST) {
      endsMs.removeFirst();
    }
    endsMs.addLast(nowMs);
  }

  /**
   * In how many seconds so many requests will have ended at this rate.
   *
   * @return null if too few have ended to tell
   */
  @Nullable Double secondsFor(int requests, long nowMs) {
    if (endsMs.size() < LEAST) {
      return null;
    }
    // Up to now and not to the last end, so that the rate falls while nothing ends.
    double elapsedMs = Math.max(1, nowMs - endsMs.getFirst());
    return requests * elapsedMs / 1000 / (endsMs.size() - 1);
  }
}
