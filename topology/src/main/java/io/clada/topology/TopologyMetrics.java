package io.clada.topology;

import io.clada.schemas.Thresholds;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * How the application fares. Counts what is forwarded, which an aborted transaction may retract.
 * Thread-safe.
 */
final class TopologyMetrics {
  /** Under which Kafka Streams hands it to the handlers that it makes itself. */
  static final String CONFIG = "clada.internal.topology.metrics";

  private final MeterRegistry registry;
  private final Map<String, Thresholds> thresholds = new ConcurrentHashMap<>();
  private final Map<String, List<Gauge>> gauges = new ConcurrentHashMap<>();
  private final Counter folded;
  private final Counter late;
  private final Counter windows;
  private final Counter usages;
  private final Counter backbones;
  private final Counter deadLetters;
  private final Counter threads;

  TopologyMetrics(MeterRegistry registry) {
    this.registry = registry;
    folded = counter("clada.telemetry.folded", "Telemetry records taken in");
    late = counter("clada.telemetry.late", "Telemetry records whose window had closed");
    windows = counter("clada.windows.closed", "Windows of statistics published");
    usages = counter("clada.neurons.folded", "Records of neurons' importance taken in");
    backbones = counter("clada.backbones.published", "Layers whose backbone was published");
    deadLetters = counter("clada.dead.letters", "Records sent to the dead-letter topic");
    threads =
        counter(
            "clada.stream.threads.replaced",
            "Stream threads that died of something that may pass, and were replaced");
  }

  /** That of the application which a handler belongs to; none in tests of the topology alone. */
  static Optional<TopologyMetrics> of(Map<String, ?> configs) {
    return configs.get(CONFIG) instanceof TopologyMetrics metrics
        ? Optional.of(metrics)
        : Optional.empty();
  }

  void folded() {
    folded.increment();
  }

  void late(long records) {
    late.increment((double) records);
  }

  void windowClosed() {
    windows.increment();
  }

  void usageFolded() {
    usages.increment();
  }

  void backbonePublished() {
    backbones.increment();
  }

  void deadLetter() {
    deadLetters.increment();
  }

  void threadReplaced() {
    threads.increment();
  }

  void thresholds(Thresholds next) {
    if (thresholds.put(next.getModel(), next) == null) {
      gauges.put(
          next.getModel(),
          List.of(
              gauge(next, "clada.thresholds.version", Thresholds::getVersion),
              gauge(next, "clada.thresholds.surprisal", Thresholds::getSurprisal),
              gauge(next, "clada.thresholds.entropy", Thresholds::getEntropy),
              gauge(next, "clada.thresholds.pinned", value -> value.getPinned() ? 1 : 0),
              gauge(next, "clada.keep.ratio.offset", Thresholds::getKeepRatioOffset)));
    }
  }

  /** Of a model that another instance may have from now on. */
  void forget(String model) {
    gauges.getOrDefault(model, List.of()).forEach(registry::remove);
    gauges.remove(model);
    thresholds.remove(model);
  }

  private Gauge gauge(Thresholds first, String name, ToDoubleFunction<Thresholds> value) {
    String model = first.getModel();
    return Gauge.builder(name, () -> value.applyAsDouble(thresholds.getOrDefault(model, first)))
        .description("Of the fleet's thresholds that this instance published last")
        .tag("model", model)
        .register(registry);
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }
}
