package io.clada.worker;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Looks, on a thread of its own, for what nobody would notice otherwise: a worker whose engine is
 * dead or stuck would go on to heartbeat, and keep its partitions from those who could answer.
 */
final class WorkerWatch implements AutoCloseable {
  private static final long LOOK_MS = 200;

  private final EngineHealth engine;
  private final ClockWatch clock;
  private final Consumer<Throwable> deadly;
  private final CountDownLatch closed = new CountDownLatch(1);

  private WorkerWatch(EngineHealth engine, ClockWatch clock, Consumer<Throwable> deadly) {
    this.engine = engine;
    this.clock = clock;
    this.deadly = deadly;
  }

  /**
   * @param deadly is told once, what the worker dies of
   */
  static WorkerWatch start(EngineHealth engine, ClockWatch clock, Consumer<Throwable> deadly) {
    WorkerWatch watch = new WorkerWatch(engine, clock, deadly);
    Thread thread = new Thread(watch::run, "clada-watch");
    thread.setDaemon(true);
    thread.start();
    return watch;
  }

  private void run() {
    try {
      while (!closed.await(LOOK_MS, TimeUnit.MILLISECONDS)) {
        String fault = fault();
        if (fault != null) {
          deadly.accept(new WorkerException(fault));
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable String fault() {
    String engineFault = engine.fault();
    return engineFault == null ? clock.fault() : engineFault;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
