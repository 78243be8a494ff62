package io.clada.worker;

import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The requests of one task by the time at which nobody wants them any more. */
final class Deadlines {
  private record Due(long atMs, Generation generation) {}

  private final PriorityQueue<Due> queue = new PriorityQueue<>(Comparator.comparingLong(Due::atMs));

  void add(Generation generation) {
    Instant deadline = generation.facts().getDeadline();
    if (deadline != null) {
      queue.add(new Due(deadline.toEpochMilli(), generation));
    }
  }

  /** A request has ended before its time. */
  void remove(Generation generation) {
    if (generation.facts().getDeadline() != null) {
      queue.removeIf(due -> due.generation() == generation);
    }
  }

  /** Takes one whose time has come. */
  @Nullable Generation poll(long nowMs) {
    Due next = queue.peek();
    return next == null || next.atMs() > nowMs ? null : queue.remove().generation();
  }
}
