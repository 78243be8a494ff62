package io.clada.engine;

/**
 * Load thresholds learned from all traffic, which a young sequence starts with and an older one
 * blends with its own.
 *
 * @param version version that a request is pinned to; 0 for {@link #DEFAULT}
 * @param surprisal surprisal over log2 of the vocabulary's size, above which a token counts as
 *     surprising
 * @param entropy entropy over log2 of the vocabulary's size, above which the model counts as unsure
 */
public record FleetThresholds(long version, double surprisal, double entropy) {
  /** Before any traffic was seen. */
  public static final FleetThresholds DEFAULT = new FleetThresholds(0, 0.3, 0.3);
}
