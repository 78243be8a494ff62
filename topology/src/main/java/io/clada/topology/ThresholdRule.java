package io.clada.topology;

import io.clada.schemas.Thresholds;
import io.clada.service.Settings;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * When and how a model's thresholds change: they are quantiles of the fleet's recent surprisals and
 * entropies, and are left alone while they move little, little backs them, or they are pinned.
 *
 * @param surprisalQuantile 0 to 1
 * @param entropyQuantile 0 to 1
 * @param hysteresis share of a threshold's value that it must have moved by
 * @param minSamples tokens that must back them
 * @param firstSurprisal of a model of which nothing is known
 * @param firstEntropy of a model of which nothing is known
 */
record ThresholdRule(
    double surprisalQuantile,
    double entropyQuantile,
    double hysteresis,
    long minSamples,
    double firstSurprisal,
    double firstEntropy) {

  /**
   * Below this value the hysteresis is a share of this: a threshold of 0 has no relative change.
   */
  private static final double SMALL = 0.01;

  /** What a worker starts with by itself. */
  private static final double START = 0.3;

  /**
   * @throws TopologyException naming the property that is wrong
   */
  static ThresholdRule of(Settings settings) {
    return new ThresholdRule(
        settings.share("clada.thresholds.surprisal.quantile", 0.7),
        settings.share("clada.thresholds.entropy.quantile", 0.7),
        settings.share("clada.thresholds.hysteresis", 0.05),
        settings.wholeNumber("clada.thresholds.min.samples", 200, 1, Long.MAX_VALUE),
        settings.share("clada.thresholds.first.surprisal", START),
        settings.share("clada.thresholds.first.entropy", START));
  }

  /** Of a model of which nothing is known. */
  Thresholds first(String model, long now) {
    return ThresholdVersions.first(model, firstSurprisal, firstEntropy, now);
  }

  /**
   * The next version, or nothing where the last one stands.
   *
   * @param horizon recent traffic
   * @param now ms since the epoch
   */
  Optional<Thresholds> next(Thresholds last, Partial horizon, long now) {
    QuantileSketch surprisals = horizon.sketch(Measure.SURPRISAL);
    QuantileSketch entropies = horizon.sketch(Measure.ENTROPY);
    long samples = Math.min(surprisals.count(), entropies.count());
    if (last.getPinned() || samples < Math.max(1, minSamples)) {
      return Optional.empty();
    }
    float surprisal = surprisals.quantile(surprisalQuantile);
    float entropy = entropies.quantile(entropyQuantile);
    if (!moved(last.getSurprisal(), surprisal)
        && !moved(last.getEntropy(), entropy)
        && last.getSurprisalQuantile() == (float) surprisalQuantile
        && last.getEntropyQuantile() == (float) entropyQuantile) {
      return Optional.empty();
    }
    return Optional.of(
        ThresholdVersions.remembered(
            ThresholdVersions.next(last)
                .setSurprisal(surprisal)
                .setEntropy(entropy)
                .setSurprisalQuantile((float) surprisalQuantile)
                .setEntropyQuantile((float) entropyQuantile)
                .setSamples(samples)
                .setComputedAt(Instant.ofEpochMilli(now))
                .setOperator("")
                .setReason(
                    String.format(
                        Locale.ROOT,
                        "traffic moved surprisal %.3f to %.3f, entropy %.3f to %.3f",
                        last.getSurprisal(),
                        surprisal,
                        last.getEntropy(),
                        entropy))));
  }

  private boolean moved(double from, double to) {
    return Math.abs(to - from) > hysteresis * Math.max(Math.abs(from), SMALL);
  }
}
