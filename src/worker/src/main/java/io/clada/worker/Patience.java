package io.clada.worker;

import io.clada.service.Settings;
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
  static Patience of(Settings settings) {
    return new Patience(
        settings.millis("clada.startup.timeout.ms", Duration.ofMinutes(1)),
        settings.millis("clada.engine.stall.timeout.ms", Duration.ofMinutes(2)),
        settings.millis("clada.grace.period.ms", Duration.ofSeconds(25)));
  }
}
