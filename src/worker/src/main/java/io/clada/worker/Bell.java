package io.clada.worker;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls a stream thread that waits for requests, since there is something for it from an engine.
 * Rung by any thread; the rest belongs to the stream thread.
 */
final class Bell {
  private final Set<BooleanSupplier> callers = new LinkedHashSet<>();
  private @Nullable Runnable waiting;
  private boolean rung;

  /** Ends the stream thread's wait, or keeps it from beginning the next one. */
  synchronized void ring() {
    if (!rung && waiting != null) {
      waiting.run();
    }
    rung = true;
  }

  /**
   * Adds somebody whom the thread is not to keep waiting.
   *
   * @param caller whether there is something to do, asked on the stream thread
   */
  synchronized void add(BooleanSupplier caller) {
    callers.add(caller);
  }

  synchronized void remove(BooleanSupplier caller) {
    callers.remove(caller);
  }

  /**
   * Begins a wait.
   *
   * @param end ends it from another thread; called once at most, and not after {@link #answer}
   * @return false if there is something to do
   */
  synchronized boolean await(Runnable end) {
    boolean idle = !rung && callers.stream().noneMatch(BooleanSupplier::getAsBoolean);
    if (idle) {
      waiting = end;
    }
    return idle;
  }

  /** The wait is over. */
  synchronized void answer() {
    waiting = null;
    rung = false;
  }
}
