package io.clada.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends the process without further ado if what should end it does not: closing waits for native
 * code, which may be what is stuck.
 */
final class LastResort implements AutoCloseable {
  private final CountDownLatch closed = new CountDownLatch(1);

  private LastResort() {}

  static LastResort haltAfter(Duration patience) {
    LastResort resort = new LastResort();
    Thread thread = new Thread(() -> resort.run(patience), "clada-last-resort");
    thread.setDaemon(true);
    thread.start();
    return resort;
  }

  private void run(Duration patience) {
    try {
      if (!closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("clada: ended before everything was closed");
        Runtime.getRuntime().halt(ExitCodes.FAILURE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
