package io.clada.worker;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Makes a scripted engine generate on a thread of its own, as the real one does. */
final class Pace implements AutoCloseable {
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  private Pace() {}

  static Pace of(ScriptedEngine engine, Duration perToken) {
    Pace pace = new Pace();
    var unused =
        pace.thread.scheduleWithFixedDelay(
            engine::step, perToken.toNanos(), perToken.toNanos(), TimeUnit.NANOSECONDS);
    return pace;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
