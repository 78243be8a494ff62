package io.clada.topology;

import io.clada.schemas.Thresholds;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When and how a model's thresholds change: they are quantiles of the fleet's recent surprisals and
 * entropies, and are left alone while they move little or little backs them.
 *
 * @param surprisalQuantile 0 to 1
 * @param entropyQuantile 0 to 1
 * @param hysteresis share of a threshold's value that it must have moved by
 * @param minSamples tokens that must back them
 */
record ThresholdRule(
    double surprisalQuantile, double entropyQuantile, double hysteresis, long minSamples) {

  /**
   * Below this value the hysteresis is a share of this: a threshold of 0 has no relative change.
   */
  private static final double SMALL = 0.01;

  /**
   * The next version, or nothing where the last one stands.
   *
   * @param last published, null if none were
   * @param now ms since the epoch
   */
  Optional<Thresholds> next(
      String model,
      @Nullable Thresholds last,
      QuantileSketch surprisals,
      QuantileSketch entropies,
      long now) {
    long samples = Math.min(surprisals.count(), entropies.count());
    if (samples < Math.max(1, minSamples)) {
      return Optional.empty();
    }
    float surprisal = surprisals.quantile(surprisalQuantile);
    float entropy = entropies.quantile(entropyQuantile);
    if (last != null
        && !moved(last.getSurprisal(), surprisal)
        && !moved(last.getEntropy(), entropy)
        && last.getSurprisalQuantile() == (float) surprisalQuantile
        && last.getEntropyQuantile() == (float) entropyQuantile) {
      return Optional.empty();
    }
    return Optional.of(
        Thresholds.newBuilder()
            .setModel(model)
            .setVersion(last == null ? 1 : last.getVersion() + 1)
            .setSurprisal(surprisal)
            .setEntropy(entropy)
            .setSurprisalQuantile((float) surprisalQuantile)
            .setEntropyQuantile((float) entropyQuantile)
            .setSamples(samples)
            .setComputedAt(Instant.ofEpochMilli(now))
            .build());
  }

  private boolean moved(double from, double to) {
    return Math.abs(to - from) > hysteresis * Math.max(Math.abs(from), SMALL);
  }
}
