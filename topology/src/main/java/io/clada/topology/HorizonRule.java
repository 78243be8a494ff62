package io.clada.topology;

import io.clada.service.Settings;
import java.time.Duration;

/**
 * How what the workers are told follows the traffic.
 *
 * @param slice length of the sub-windows of the horizon
 * @param horizon how far back is looked
 * @param interval between two looks
 */
record HorizonRule(
    Duration slice,
    Duration horizon,
    Duration interval,
    ThresholdRule thresholds,
    KeepRatioRule keepRatio) {
  /**
   * @throws TopologyException naming the property that is wrong
   */
  static HorizonRule of(Settings settings, Duration slice) {
    return new HorizonRule(
        slice,
        settings.multiple(
            "clada.thresholds.horizon.ms", Duration.ofMinutes(5), "clada.slice.ms", slice),
        settings.millis("clada.thresholds.interval.ms", Duration.ofSeconds(5)),
        ThresholdRule.of(settings),
        KeepRatioRule.of(settings));
  }
}
