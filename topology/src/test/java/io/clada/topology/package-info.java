/**
 * Tests of the aggregation application; {@link AggregationTopologyTest} reads as its specification.
 */
package io.clada.topology;
