/**
 * The aggregation application: all workers' telemetry in, the fleet's thresholds and windowed
 * sparsity statistics out.
 */
@NullMarked
package io.clada.topology;

import org.jspecify.annotations.NullMarked;
