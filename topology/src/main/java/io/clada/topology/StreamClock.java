package io.clada.topology;

import java.util.HashMap;
import java.util.Map;

/**
 * How far event time has come, for one task and its models: the time of the slowest partition of
 * the telemetry, so that after an outage a partition that is read first doesn't make the others
 * late. A partition that sent nothing for the grace period is left out, and when all are silent
 * time is the wall clock's, so that an idle topic closes its windows too.
 *
 * <p>When a partition last sent something is not stored: after a start each has the whole grace
 * period to be heard, and until then time is not {@linkplain #isSettled settled}, since a backlog
 * may begin with any partition.
 */
final class StreamClock {
  private record Source(String model, int partition) {}

  private final long grace;
  private final long begin;
  private final Map<Source, Long> heard = new HashMap<>();

  /**
   * @param grace of a silent partition, ms
   * @param now wall-clock time, ms since the epoch
   */
  StreamClock(long grace, long now) {
    this.grace = grace;
    this.begin = now;
  }

  void heard(String model, int partition, long now) {
    heard.put(new Source(model, partition), now);
  }

  /** Whether every partition has had the time to be heard since the start. */
  boolean isSettled(long now) {
    return now - begin >= grace;
  }

  /** Event time, ms since the epoch. */
  long time(String model, Progress progress, long now) {
    return progress.latest().entrySet().stream()
        .filter(entry -> now - lastHeard(model, entry.getKey()) < grace)
        .mapToLong(Map.Entry::getValue)
        .min()
        .orElse(now);
  }

  private long lastHeard(String model, int partition) {
    return heard.getOrDefault(new Source(model, partition), begin);
  }
}
