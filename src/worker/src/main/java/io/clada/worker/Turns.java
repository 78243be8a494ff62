package io.clada.worker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Requests of one task whose turn has come, noted by whatever stream thread saw that. */
final class Turns {
  private final Queue<Ticket> queue = new ConcurrentLinkedQueue<>();

  void add(Ticket ticket) {
    queue.add(ticket);
  }

  @Nullable Ticket poll() {
    return queue.poll();
  }
}
