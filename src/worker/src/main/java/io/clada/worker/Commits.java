package io.clada.worker;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * How often each stream thread has committed, and when its next commit is due. A task that writes
 * to its store and later, on the same thread, finds the count raised knows that what it wrote is
 * durable. Every method is about the calling thread.
 */
final class Commits {
  private static final Duration LONG = Duration.ofDays(1);

  private final Duration interval;
  private final Map<Thread, State> states = Collections.synchronizedMap(new WeakHashMap<>());

  /** Of one thread, and used by no other. */
  private static final class State {
    private long count;
    private long lastNanos = System.nanoTime();
    private boolean asked;
  }

  /**
   * @param interval between two commits
   */
  Commits(Duration interval) {
    this.interval = interval;
  }

  /** Called when the thread has just committed. */
  void committed() {
    State state = own();
    state.count++;
    state.lastNanos = System.nanoTime();
    state.asked = false;
  }

  long count() {
    return own().count;
  }

  /** Whether the thread has been asked since its last commit. */
  boolean isAsked() {
    return own().asked;
  }

  /** Called when the thread has written something that is to be committed before long. */
  void ask() {
    own().asked = true;
  }

  /**
   * For how long the thread may do something else before it commits what it was asked to: never
   * negative, and long where it was asked nothing.
   */
  Duration left() {
    State state = own();
    if (!state.asked) {
      return LONG;
    }
    Duration left = interval.minusNanos(System.nanoTime() - state.lastNanos);
    return left.isNegative() ? Duration.ZERO : left;
  }

  private State own() {
    return states.computeIfAbsent(Thread.currentThread(), thread -> new State());
  }
}
