package io.clada.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Things to do at their times, in lines: those of one line one after the other. */
final class Timetable implements AutoCloseable {
  private final List<ScheduledExecutorService> lines;
  private final long begin = System.nanoTime();
  private final List<Future<?>> entries = new ArrayList<>();

  Timetable(int count) {
    lines = Stream.generate(Executors::newSingleThreadScheduledExecutor).limit(count).toList();
  }

  /**
   * @param at since this was made
   */
  void at(int line, Duration at, Callable<?> action) {
    long wait = begin + at.toNanos() - System.nanoTime();
    entries.add(lines.get(line).schedule(action, wait, TimeUnit.NANOSECONDS));
  }

  /** Waits until all is done; throws what one of them threw. */
  void await() throws Exception {
    for (Future<?> entry : entries) {
      entry.get();
    }
  }

  @Override
  public void close() {
    lines.forEach(ScheduledExecutorService::shutdownNow);
  }
}
