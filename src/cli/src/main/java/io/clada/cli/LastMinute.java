package io.clada.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Collection;

/**
 * One model's traffic of the last minute (or what a window's length is), from tumbling windows:
 * those that reach into it, each weighted with the part that does. So the figures neither jump to
 * nothing when a window begins nor wait until it closes.
 */
final class LastMinute {
  private final Collection<JsonNode> windows;
  private final long now;
  private final long length;

  /**
   * @param windows of one length
   * @param now ms since the epoch, by the topology's clock
   * @param length of a window, ms
   */
  LastMinute(Collection<JsonNode> windows, long now, long length) {
    this.windows = windows;
    this.now = now;
    this.length = length;
  }

  static long start(JsonNode window) {
    return Instant.parse(window.path("window_start").asText()).toEpochMilli();
  }

  static long end(JsonNode window) {
    return Instant.parse(window.path("window_end").asText()).toEpochMilli();
  }

  /** Of a count, per second. */
  double perSecond(String count) {
    return windows.stream().mapToDouble(w -> share(w) * w.path(count).asDouble()).sum()
        * 1000
        / length;
  }

  /** Of a quantity, weighted by the windows' tokens; NaN without any. */
  double mean(String quantity) {
    double tokens = 0;
    double sum = 0;
    for (JsonNode window : windows) {
      double weight = share(window) * window.path("tokens").asDouble();
      if (weight > 0) {
        tokens += weight;
        sum += weight * window.path(quantity).asDouble();
      }
    }
    return tokens == 0 ? Double.NaN : sum / tokens;
  }

  /** Which part of what a window has seen so far is of the last minute. */
  private double share(JsonNode window) {
    long seen = Math.min(end(window), now) - start(window);
    long recent = Math.min(end(window), now) - Math.max(start(window), now - length);
    if (seen <= 0) {
      return 1; // the workers' clocks are ahead
    }
    return Math.max(0, recent) / (double) seen;
  }
}
