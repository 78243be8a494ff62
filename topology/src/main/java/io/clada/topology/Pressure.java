package io.clada.topology;

import java.util.Locale;

/**
 * How hard a model's workers are pressed.
 *
 * @param waiting requests that wait for each one that runs; NaN: nothing is known
 * @param secondsPerToken mean time per token after the first; NaN: nothing is known
 */
record Pressure(double waiting, double secondsPerToken) {
  static Pressure of(Partial traffic) {
    Sums sums = traffic.sums();
    // A record comes from a running request, also where its worker does not count them.
    double running = Math.max(sums.get(Quantity.RUNNING_REQUESTS), sums.get(Quantity.RECORDS));
    double tokens = sums.decodedTokens();
    return new Pressure(
        running == 0 ? Double.NaN : sums.get(Quantity.QUEUED_REQUESTS) / running,
        tokens <= 0 ? Double.NaN : sums.get(Quantity.DECODE_SECONDS) / tokens);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.2f waiting for each that runs, %.0f ms per token",
        waiting,
        1000 * secondsPerToken);
  }
}
