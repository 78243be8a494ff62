package io.clada.worker;

import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * How often each stream thread has committed. A task that writes to its store and later, on the
 * same thread, finds the count raised knows that what it wrote is durable.
 */
final class Commits {
  private final Map<Thread, Long> counts = Collections.synchronizedMap(new WeakHashMap<>());

  /** Called by a stream thread that has just committed. */
  void committed() {
    counts.merge(Thread.currentThread(), 1L, Long::sum);
  }

  /** Of the calling thread. */
  long count() {
    return counts.getOrDefault(Thread.currentThread(), 0L);
  }
}
