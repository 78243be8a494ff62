package io.clada.schemas.neurons;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Shares in eight bits: b stands for scale * (b / 255)^2, finest where shares are small, as {@code
 * NeuronUsage} and {@code Backbone} have them.
 *
 * @param scale the largest share
 * @param bytes one unsigned byte per share
 */
public record Levels(float scale, ByteBuffer bytes) {
  /** Neurons of a layer: so many that their sums still fit into one Kafka record of a megabyte. */
  public static final int MOST = 65_536;

  private static final int TOP = 255;
  private static final double[] SHARES = shares();

  /** The shares divided by {@code sum}. A negative one counts as 0. */
  public static Levels of(double[] shares, double sum) {
    double largest = 0;
    for (double share : shares) {
      largest = Math.max(largest, share);
    }
    byte[] levels = new byte[shares.length];
    if (largest > 0) {
      for (int i = 0; i < shares.length; i++) {
        levels[i] = (byte) Math.round(TOP * Math.sqrt(Math.max(0, shares[i]) / largest));
      }
    }
    return new Levels(largest > 0 ? (float) (largest / sum) : 0, ByteBuffer.wrap(levels));
  }

  /** The shares as they are. */
  public static Levels of(float[] shares) {
    double[] doubles = new double[shares.length];
    for (int i = 0; i < shares.length; i++) {
      doubles[i] = shares[i];
    }
    return of(doubles, 1);
  }

  public int size() {
    return bytes.remaining();
  }

  /** Sum of all shares over the scale. */
  public double sum() {
    double sum = 0;
    for (int i = 0; i < size(); i++) {
      sum += relative(i);
    }
    return sum;
  }

  /** A share over the scale, 0 to 1. */
  public double relative(int index) {
    return SHARES[bytes.get(bytes.position() + index) & 0xff];
  }

  /** The shares, scaled to add up to 1; all 0 where they add up to nothing. */
  public float[] normalised() {
    double sum = sum();
    float[] shares = new float[size()];
    for (int i = 0; i < shares.length && sum > 0; i++) {
      shares[i] = (float) (relative(i) / sum);
    }
    return shares;
  }

  /** Fewest neurons that have half of the energy. */
  public int withHalf() {
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
