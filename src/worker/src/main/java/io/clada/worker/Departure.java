package io.clada.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A worker's stop in good order. Once it has begun no task hands anything to an engine; each takes
 * back what it has handed over, and records so, that nobody is blamed for it. Any thread.
 */
final class Departure {
  private final Set<Object> holding = new HashSet<>();
  private boolean begun;

  synchronized void begin() {
    begun = true;
    notifyAll();
  }

  synchronized boolean hasBegun() {
    return begun;
  }

  /**
   * A task is about to record that it hands something over.
   *
   * @return false if it must not
   */
  synchronized boolean hold(Object task) {
    if (begun) {
      return false;
    }
    holding.add(task);
    return true;
  }

  /** A task has taken everything back, or is closed. */
  synchronized void release(Object task) {
    holding.remove(task);
    notifyAll();
  }

  /**
   * Waits until no task has anything at an engine.
   *
   * @return false if that takes longer; what is still held then counts as a death of this worker
   */
  synchronized boolean await(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!holding.isEmpty()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }
}
