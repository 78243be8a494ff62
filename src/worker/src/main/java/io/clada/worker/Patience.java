package io.clada.worker;

import java.time.Duration;

/**
 * How long a worker waits for others before it gives up.
 *
 * @param startup {@code clada.startup.timeout.ms}: for a broker and for the schema registry, at the
 *     start; default 1 minute
 * @param engineStall {@code clada.engine.stall.timeout.ms}: for one step of the engine, after which
 *     it counts as stuck and the worker ends; default 2 minutes
 * @param grace {@code clada.grace.period.ms}: for the last commit when the worker is told to stop;
 *     default 25 s
 */
public record Patience(Duration startup, Duration engineStall, Duration grace) {
  static Patience of(Given given) {
    return new Patience(
        millis(given, "clada.startup.timeout.ms", 60_000),
        millis(given, "clada.engine.stall.timeout.ms", 120_000),
        millis(given, "clada.grace.period.ms", 25_000));
  }

  private static Duration millis(Given given, String key, int fallback) {
    return Duration.ofMillis(given.integer(key, fallback, 1, Integer.MAX_VALUE));
  }
}
