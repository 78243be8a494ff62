package io.clada.bench;

import java.util.Collection;

/**
 * Sorted durations.
 *
 * @param sorted nanoseconds
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Spread(long[] sorted) {
  static Spread of(Collection<Long> nanos) {
    return new Spread(nanos.stream().mapToLong(Long::longValue).sorted().toArray());
  }

  /** Milliseconds that a share of them do not exceed. */
  double millis(double quantile) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    int index = (int) Math.ceil(quantile * sorted.length) - 1;
    return sorted[Math.max(0, index)] / 1e6;
  }
}
