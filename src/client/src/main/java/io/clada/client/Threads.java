package io.clada.client;

/** For those that have a thread of their own. */
final class Threads {
  private Threads() {}

  /** Waits for its end, however often whoever waits is interrupted. */
  static void awaitEnd(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
