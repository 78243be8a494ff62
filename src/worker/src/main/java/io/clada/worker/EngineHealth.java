package io.clada.worker;

import io.clada.engine.Engine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether the engines can still be trusted to answer. Any thread. */
final class EngineHealth {
  private final Engines engines;
  private final Duration stall;

  /**
   * @param stall how long one step may take before the engine counts as stuck
   */
  EngineHealth(Engines engines, Duration stall) {
    this.engines = engines;
    this.stall = stall;
  }

  /** What is wrong with an engine and what to do about it; null while nothing is. */
  @Nullable String fault() {
    for (Engine engine : engines.all()) {
      String fault = fault(engine);
      if (fault != null) {
        return "model " + engine.modelName() + ": " + fault;
      }
    }
    return null;
  }

  private @Nullable String fault(Engine engine) {
    if (!engine.isAlive()) {
      return "the engine has died: see the log; start the worker again";
    }
    double busy = engine.stats().busySeconds();
    if (busy * 1e3 > stall.toMillis()) {
      return "the engine is stuck: one step has been running for "
          + Math.round(busy)
          + " s; start the worker again, or raise clada.engine.stall.timeout.ms (now "
          + stall.toMillis()
          + ") if steps may take that long";
    }
    return null;
  }
}
