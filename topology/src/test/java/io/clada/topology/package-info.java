/**
 * Tests of the aggregation application; those that extend {@link AggregationTopologyHarness} read
 * as its specification.
 */
package io.clada.topology;
