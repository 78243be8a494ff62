package io.clada.worker;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Requests of one task whose turn has come, noted by whatever stream thread saw that. */
final class Turns {
  private final Queue<Ticket> queue = new ConcurrentLinkedQueue<>();
  private final Bell bell;

  /**
   * @param bell of the task's stream thread
   */
  Turns(Bell bell) {
    this.bell = bell;
  }

  void add(Ticket ticket) {
    queue.add(ticket);
    bell.ring();
  }

  boolean hasMore() {
    return !queue.isEmpty();
  }

  @Nullable Ticket poll() {
    return queue.poll();
  }
}
