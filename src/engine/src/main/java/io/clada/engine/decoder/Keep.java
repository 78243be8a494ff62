package io.clada.engine.decoder;

import java.util.Arrays;
import java.util.List;

/**
 * Which inputs a step keeps: those whose magnitude exceeds the threshold, but never fewer than the
 * floor's number of the largest. A floor of all inputs is dense.
 *
 * @param thresholds [layers * 4] in the order of {@link Site}; for a call of several rows [layers *
 *     4 * rows], unless everything is dense
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

  /**
   * For one call of several rows, each of which keeps what its own step would. What is left out
   * counts as zero then and saves no time: this is for trying out.
   *
   * @param rows one or more, with the same floors wherever they are not dense
   */
  public static Keep ofRows(List<Keep> rows) {
    int matrices = rows.get(0).floors.length;
    double[] thresholds = new double[matrices * rows.size()];
    long[] floors = new long[matrices];
    Arrays.fill(floors, Long.MAX_VALUE);
    for (int matrix = 0; matrix < matrices; matrix++) {
      for (int row = 0; row < rows.size(); row++) {
        long floor = rows.get(row).floors[matrix];
        boolean dense = floor == Long.MAX_VALUE;
        thresholds[matrix * rows.size() + row] = dense ? -1 : rows.get(row).thresholds[matrix];
        if (!dense && floors[matrix] != Long.MAX_VALUE && floors[matrix] != floor) {
          throw new IllegalArgumentException("floors " + floors[matrix] + " and " + floor);
        }
        floors[matrix] = Math.min(floors[matrix], floor);
      }
    }
    return new Keep(thresholds, floors);
  }
}
