package io.clada.worker;

import io.clada.engine.Engine;
import io.clada.engine.FleetThresholds;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the tasks of a worker share.
 *
 * @param engine used by all of them
 * @param thresholds the fleet's at this moment, for the engine's model
 * @param seeds for requests that bring none
 * @param epochs never the same number twice
 * @param metrics of the worker
 * @param traces of its requests
 * @param maxQueuedRequests per task, queued or running
 * @param drainInterval between two looks at the engine's output
 */
record Dependencies(
    Engine engine,
    Supplier<FleetThresholds> thresholds,
    LongSupplier seeds,
    LongSupplier epochs,
    WorkerMetrics metrics,
    RequestTraces traces,
    int maxQueuedRequests,
    Duration drainInterval) {}
