package io.clada.topology;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Shares in eight bits: b stands for scale * (b / 255)^2, finest where shares are small, as {@code
 * NeuronUsage} and {@code Backbone} have them.
 *
 * @param scale the largest share
 * @param bytes one unsigned byte per share
 */
record Levels(float scale, ByteBuffer bytes) {
  private static final int TOP = 255;
  private static final double[] SHARES = shares();

  /** The shares divided by {@code sum}. */
  static Levels of(double[] shares, double sum) {
    double largest = 0;
    for (double share : shares) {
      largest = Math.max(largest, share);
    }
    byte[] levels = new byte[shares.length];
    if (largest > 0) {
      for (int i = 0; i < shares.length; i++) {
        levels[i] = (byte) Math.round(TOP * Math.sqrt(shares[i] / largest));
      }
    }
    return new Levels(largest > 0 ? (float) (largest / sum) : 0, ByteBuffer.wrap(levels));
  }

  int size() {
    return bytes.remaining();
  }

  /** Sum of all shares over the scale. */
  double sum() {
    double sum = 0;
    for (int i = 0; i < size(); i++) {
      sum += relative(i);
    }
    return sum;
  }

  /** A share over the scale, 0 to 1. */
  double relative(int index) {
    return SHARES[bytes.get(bytes.position() + index) & 0xff];
  }

  /** Fewest neurons that have half of the energy. */
  int withHalf() {
    double[] sorted = new double[size()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = relative(i);
    }
    Arrays.sort(sorted);
    double missing = sum() / 2;
    int neurons = 0;
    while (missing > 0 && neurons < sorted.length) {
      neurons++;
      missing -= sorted[sorted.length - neurons];
    }
    return neurons;
  }

  private static double[] shares() {
    double[] shares = new double[TOP + 1];
    for (int level = 0; level <= TOP; level++) {
      shares[level] = (double) level * level / (TOP * TOP);
    }
    return shares;
  }
}
