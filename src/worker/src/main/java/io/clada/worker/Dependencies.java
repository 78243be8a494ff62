package io.clada.worker;

import io.clada.engine.FleetThresholds;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * What the tasks of a worker share.
 *
 * @param engines used by all of them
 * @param scheduler their one queue before the engines
 * @param thresholds the fleet's at this moment, by model
 * @param backbones the fleet's, by model
 * @param seeds for requests that bring none
 * @param epochs never the same number twice, in any process
 * @param commits counted by the clients
 * @param bells that engines ring for the tasks
 * @param fleet this worker and the others
 * @param departure of this worker
 * @param checks of records, which it may not survive
 * @param metrics of the worker
 * @param traces of its requests
 * @param admission what is taken in
 * @param exactlyOnce whether transactions are used
 */
record Dependencies(
    Engines engines,
    Scheduler scheduler,
    Function<String, FleetThresholds> thresholds,
    Backbones backbones,
    LongSupplier seeds,
    LongSupplier epochs,
    Commits commits,
    Bells bells,
    Fleet fleet,
    Departure departure,
    CheckMarks checks,
    WorkerMetrics metrics,
    RequestTraces traces,
    AdmissionSettings admission,
    boolean exactlyOnce) {}
