package io.clada.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Things to do at their times, one after the other on a thread of its own. */
final class Timetable implements AutoCloseable {
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final long begin = System.nanoTime();
  private final List<Future<?>> entries = new ArrayList<>();

  /**
   * @param at since this was made
   */
  void at(Duration at, Callable<?> action) {
    long wait = begin + at.toNanos() - System.nanoTime();
    entries.add(thread.schedule(action, wait, TimeUnit.NANOSECONDS));
  }

  /** Waits until all is done; throws what one of them threw. */
  void await() throws Exception {
    for (Future<?> entry : entries) {
      entry.get();
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
