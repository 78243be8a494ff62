package io.clada.worker;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;

/** A bell for each stream thread. */
final class Bells {
  private final Map<Thread, Bell> bells = Collections.synchronizedMap(new WeakHashMap<>());

  void ring() {
    List.copyOf(bells.values()).forEach(Bell::ring);
  }

  /** The calling thread's. */
  Bell own() {
    return bells.computeIfAbsent(Thread.currentThread(), thread -> new Bell());
  }
}
