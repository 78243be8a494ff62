package io.clada.topology;

import io.clada.service.Settings;
import java.time.Duration;

/**
 * Which windows there are and when they close.
 *
 * @param window length of the shorter windows
 * @param longWindow length of the longer ones, a multiple
 * @param grace how long a window stays open for late records, and after how long a silent partition
 *     is no longer waited for
 */
record WindowRule(Duration window, Duration longWindow, Duration grace, Breakdown breakdown) {
  /** How often to look whether one is to be closed. */
  static final Duration CHECK = Duration.ofSeconds(1);

  /**
   * @throws TopologyException naming the property that is wrong
   */
  static WindowRule of(Settings settings, Duration slice) {
    Duration window =
        settings.multiple(
            "clada.sparsity.window.ms", Duration.ofMinutes(1), "clada.slice.ms", slice);
    return new WindowRule(
        window,
        settings.multiple(
            "clada.sparsity.long.window.ms",
            Duration.ofHours(1),
            "clada.sparsity.window.ms",
            window),
        settings.millis("clada.sparsity.grace.ms", Duration.ofSeconds(30)),
        Breakdown.of(settings));
  }
}
