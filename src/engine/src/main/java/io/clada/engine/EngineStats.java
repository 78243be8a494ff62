package io.clada.engine;

/**
 * What an engine is doing, for metrics and health: a snapshot, any thread.
 *
 * @param waiting generations that have no cache yet, preempted ones included
 * @param running generations that are prefilled or decoded
 * @param slots most generations that run at once
 * @param kvCacheUsedBytes key-value cache in use, kept prefixes included
 * @param kvCacheBytes key-value cache there is
 * @param preemptions generations that gave their cache up and were computed again, since the start
 * @param prefixTokensReused prompt tokens whose cache was copied instead of computed, since the
 *     start
 * @param busySeconds for how long the step that runs now has been running; 0 between steps. A step
 *     takes milliseconds to seconds: minutes mean that it is stuck
 */
public record EngineStats(
    int waiting,
    int running,
    int slots,
    long kvCacheUsedBytes,
    long kvCacheBytes,
    long preemptions,
    long prefixTokensReused,
    double busySeconds) {}
