package io.clada.engine;

/**
 * What the fleet learned from all traffic about a model: load thresholds, which a young sequence
 * starts with and an older one blends with its own, and how generously to keep.
 *
 * @param version version that a request is pinned to; 0 for {@link #DEFAULT}
 * @param surprisal surprisal over log2 of the vocabulary's size, above which a token counts as
 *     surprising
 * @param entropy entropy over log2 of the vocabulary's size, above which the model counts as unsure
 * @param keepRatioOffset added to the profile's keep ratios in mode {@code clada}, 0 to 1: 0 is the
 *     calibrated bound itself, more is closer to dense
 */
public record FleetThresholds(
    long version, double surprisal, double entropy, double keepRatioOffset) {
  /** Before any traffic was seen. */
  public static final FleetThresholds DEFAULT = new FleetThresholds(0, 0.3, 0.3, 0);
}
