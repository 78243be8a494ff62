package io.clada.engine.decoder;

import java.util.Arrays;

/**
 * Which inputs a step keeps: those whose magnitude reaches the threshold, but never fewer than the
 * floor's number of the largest. A floor of all inputs is dense.
 *
 * @param thresholds [layers * 4] in the order of {@link Site}
 * @param floors [layers * 4]
 */
@SuppressWarnings("ArrayRecordComponent") // handed to native code as they are
public record Keep(double[] thresholds, long[] floors) {
  /** Everything. */
  public static Keep dense(int layers) {
    long[] all = new long[layers * Site.COUNT];
    Arrays.fill(all, Long.MAX_VALUE);
    return new Keep(new double[layers * Site.COUNT], all);
  }
}
