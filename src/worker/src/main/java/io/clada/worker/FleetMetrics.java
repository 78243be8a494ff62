package io.clada.worker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.util.function.ToLongFunction;

/** Which of what the fleet learned this worker has, and how old that is. */
final class FleetMetrics implements MeterBinder {
  private final Engines engines;
  private final FleetView thresholds;
  private final Backbones backbones;
  private final Clock clock;

  FleetMetrics(Engines engines, FleetView thresholds, Backbones backbones, Clock clock) {
    this.engines = engines;
    this.thresholds = thresholds;
    this.backbones = backbones;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (String model : engines.models()) {
      version(
          registry, model, "clada.fleet.thresholds.version", name -> thresholds.of(name).version());
      age(registry, model, "clada.fleet.thresholds.age", thresholds::computedAtMs);
      version(registry, model, "clada.fleet.backbone.version", backbones::newestVersion);
      age(registry, model, "clada.fleet.backbone.age", backbones::computedAtMs);
    }
  }

  private static void version(
      MeterRegistry registry, String model, String metric, ToLongFunction<String> version) {
    Gauge.builder(metric, model, version::applyAsLong)
        .description("Of what new requests are pinned to; 0: nothing is known yet")
        .tag("model", model)
        .strongReference(true)
        .register(registry);
  }

  private void age(
      MeterRegistry registry, String model, String metric, ToLongFunction<String> computedAtMs) {
    Gauge.builder(
            metric,
            model,
            name -> {
              long at = computedAtMs.applyAsLong(name);
              return at == 0 ? Double.NaN : Math.max(0, clock.millis() - at) / 1e3;
            })
        .description("Since it was computed; none while nothing is known")
        .baseUnit("seconds")
        .tag("model", model)
        .strongReference(true)
        .register(registry);
  }
}
