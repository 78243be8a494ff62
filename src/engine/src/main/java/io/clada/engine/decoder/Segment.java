package io.clada.engine.decoder;

import java.util.List;

/**
 * Consecutive positions of one sequence that a call computes: they see each other, and what stands
 * before them in the cache.
 *
 * @param start first position
 * @param ids their tokens, at least one
 * @param collect add up the activity of neurons and inputs in the sequence; only where the call has
 *     no other segment
 * @param draws for the last rows, one each, in order
 * @param said tokens before the segment, where the sampling has a repetition penalty; else empty
 */
@SuppressWarnings("ArrayRecordComponent") // handed to native code as they are
public record Segment(
    Sequence sequence,
    int start,
    int[] ids,
    boolean collect,
    List<Draw> draws,
    Sampling sampling,
    int[] said) {
  private static final int[] NOTHING = {};

  /** Positions that are computed for their effect on the cache. */
  public static Segment fill(Sequence sequence, int start, int[] ids, boolean collect) {
    return new Segment(sequence, start, ids, collect, List.of(), Sampling.GREEDY, NOTHING);
  }
}
