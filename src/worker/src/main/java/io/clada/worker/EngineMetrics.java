package io.clada.worker;

import io.clada.engine.Engine;
import io.clada.engine.EngineStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.function.ToDoubleFunction;

/** What an engine says of itself, each time somebody asks. */
final class EngineMetrics implements MeterBinder {
  private final Engine engine;

  EngineMetrics(Engine engine) {
    this.engine = engine;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(
        registry,
        "clada.engine.slots",
        "Generations that run at once at most",
        "",
        EngineStats::slots);
    gauge(
        registry,
        "clada.engine.running",
        "Generations that are prefilled or decoded",
        "",
        EngineStats::running);
    gauge(
        registry,
        "clada.engine.waiting",
        "Generations at the engine that have no cache yet",
        "",
        EngineStats::waiting);
    gauge(
        registry,
        "clada.engine.step",
        "For how long the step that runs now has been running",
        "seconds",
        EngineStats::busySeconds);
    gauge(
        registry,
        "clada.kv.cache.used",
        "Key-value cache in use",
        "bytes",
        EngineStats::kvCacheUsedBytes);
    gauge(
        registry,
        "clada.kv.cache.size",
        "Key-value cache there is",
        "bytes",
        EngineStats::kvCacheBytes);
    counter(
        registry,
        "clada.engine.preemptions",
        "Generations that gave their cache up and were computed again",
        EngineStats::preemptions);
    counter(
        registry,
        "clada.prefix.tokens.reused",
        "Prompt tokens whose cache was copied instead of computed",
        EngineStats::prefixTokensReused);
  }

  private void gauge(
      MeterRegistry registry,
      String name,
      String description,
      String unit,
      ToDoubleFunction<EngineStats> value) {
    Gauge.Builder<Engine> gauge =
        Gauge.builder(name, engine, e -> value.applyAsDouble(e.stats()))
            .description(description)
            .tag("model", engine.modelName());
    (unit.isEmpty() ? gauge : gauge.baseUnit(unit)).register(registry);
  }

  private void counter(
      MeterRegistry registry,
      String name,
      String description,
      ToDoubleFunction<EngineStats> value) {
    FunctionCounter.builder(name, engine, e -> value.applyAsDouble(e.stats()))
        .description(description)
        .tag("model", engine.modelName())
        .register(registry);
  }
}
