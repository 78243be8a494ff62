package io.clada.worker;

import io.clada.engine.FleetThresholds;
import io.clada.schemas.Thresholds;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The fleet's newest thresholds per model. Written by one thread, read by any. */
final class FleetView {
  private final Map<String, FleetThresholds> thresholds = new ConcurrentHashMap<>();

  FleetThresholds of(String model) {
    return thresholds.getOrDefault(model, FleetThresholds.DEFAULT);
  }

  void update(Thresholds latest) {
    thresholds.put(
        latest.getModel(),
        new FleetThresholds(
            latest.getVersion(),
            latest.getSurprisal(),
            latest.getEntropy(),
            latest.getKeepRatioOffset()));
  }
}
