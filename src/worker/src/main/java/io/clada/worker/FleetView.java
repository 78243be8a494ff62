package io.clada.worker;

import io.clada.engine.FleetThresholds;
import io.clada.schemas.Thresholds;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The fleet's newest thresholds of each model that is served here. Written by one thread, read by
 * any.
 */
final class FleetView {
  private static final Known NOTHING = new Known(FleetThresholds.DEFAULT, 0);

  private final Set<String> models;
  private final Map<String, Known> thresholds = new ConcurrentHashMap<>();

  private record Known(FleetThresholds values, long computedAtMs) {}

  FleetView(Collection<String> models) {
    this.models = Set.copyOf(models);
  }

  FleetThresholds of(String model) {
    return thresholds.getOrDefault(model, NOTHING).values();
  }

  /** When they were computed, ms since the epoch; 0: none are known. */
  long computedAtMs(String model) {
    return thresholds.getOrDefault(model, NOTHING).computedAtMs();
  }

  /**
   * Takes what is in force; operators' orders, under other keys, are for the topology.
   *
   * @throws IllegalArgumentException naming the field, if no token can be held against it
   */
  void update(String key, Thresholds latest) {
    if (key.equals(latest.getModel()) && models.contains(key)) {
      thresholds.put(
          key,
          new Known(
              new FleetThresholds(
                  latest.getVersion(),
                  notNegative("surprisal", latest.getSurprisal()),
                  notNegative("entropy", latest.getEntropy()),
                  notNegative("keep_ratio_offset", latest.getKeepRatioOffset())),
              latest.getComputedAt().toEpochMilli()));
    }
  }

  private static double notNegative(String field, float value) {
    if (!(value >= 0 && Float.isFinite(value))) {
      throw new IllegalArgumentException(field + ": " + value);
    }
    return value;
  }
}
