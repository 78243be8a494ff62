package io.clada.bench;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.cumulative.CumulativeCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** Counters that wake those who wait for a count. Thread-safe. */
final class AwaitedCounters extends SimpleMeterRegistry {
  @Override
  protected Counter newCounter(Meter.Id id) {
    return new CumulativeCounter(id) {
      @Override
      public void increment(double amount) {
        super.increment(amount);
        counted();
      }
    };
  }

  private synchronized void counted() {
    notifyAll();
  }

  long count(String meter) {
    return (long) get(meter).counter().count();
  }

  /** Returns once a counter, which is there already, has come this far. */
  synchronized void await(String meter, long count) throws InterruptedException {
    while (count(meter) < count) {
      wait();
    }
  }
}
