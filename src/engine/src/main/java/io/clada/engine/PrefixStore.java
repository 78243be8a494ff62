package io.clada.engine;

import io.clada.engine.decoder.Sequence;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * Caches of prompts that were computed already: of the generations that run, and of some that have
 * ended, until their memory is wanted. A prompt that starts with the same tokens takes those over,
 * in whole chunks of the prefill, so that its statistics are the same as if it had computed them.
 * Confined to the thread that runs the model.
 */
final class PrefixStore implements AutoCloseable {
  private static final int MOST_KEPT = 64;

  private final CachePool pool;
  private final Deque<Prefix> kept = new ArrayDeque<>(); // the least recently used first
  private long reused;

  PrefixStore(CachePool pool) {
    this.pool = pool;
  }

  /**
   * A prompt's first chunks, computed.
   *
   * @param ids their tokens
   */
  @SuppressWarnings("ArrayRecordComponent") // never changed
  private record Prefix(int[] ids, Sequence sequence, List<Sequence.Collected> snapshots) {
    static Prefix of(ActiveGeneration generation) {
      List<Sequence.Collected> snapshots = List.copyOf(generation.snapshots());
      int tokens = snapshots.size() * ActiveGeneration.PREFILL_CHUNK;
      return new Prefix(generation.firstTokens(tokens), generation.sequence(), snapshots);
    }

    /**
     * How many chunks a prompt can take over. At least one of its tokens must be computed: the
     * first draw needs its hidden state.
     */
    int chunksFor(ActiveGeneration fresh) {
      int most = (fresh.promptTokens() - 1) / ActiveGeneration.PREFILL_CHUNK;
      int chunks = Math.min(most, snapshots.size());
      while (chunks > 0 && !fresh.startsWith(ids, chunks * ActiveGeneration.PREFILL_CHUNK)) {
        chunks--;
      }
      return chunks;
    }

    boolean covers(Prefix other) {
      return ids.length >= other.ids.length
          && Arrays.equals(ids, 0, other.ids.length, other.ids, 0, other.ids.length);
    }
  }

  /** Lets a generation that is about to be prefilled take over the longest prefix there is. */
  void adopt(ActiveGeneration fresh, Collection<ActiveGeneration> running) {
    Stream<Prefix> live =
        running.stream()
            .filter(other -> !other.equals(fresh) && other.hasSequence())
            .map(Prefix::of);
    Prefix best =
        Stream.concat(live, kept.stream())
            .max(Comparator.comparingInt(prefix -> prefix.chunksFor(fresh)))
            .orElse(null);
    int chunks = best == null ? 0 : best.chunksFor(fresh);
    if (best == null || chunks == 0) {
      return;
    }
    if (kept.remove(best)) {
      kept.addLast(best);
    }
    fresh.adopt(best.sequence(), best.snapshots(), chunks);
    reused += (long) chunks * ActiveGeneration.PREFILL_CHUNK;
  }

  /** Takes the cache of a generation that has ended, to keep or to free it. */
  void retire(ActiveGeneration ended) {
    Prefix prefix = Prefix.of(ended);
    ended.release();
    if (prefix.snapshots().isEmpty() || kept.stream().anyMatch(other -> other.covers(prefix))) {
      free(prefix.sequence());
      return;
    }
    kept.addLast(prefix);
    if (kept.size() > MOST_KEPT) {
      evict();
    }
  }

  /** Frees the least recently used cache; false if there is none. */
  boolean evict() {
    Prefix oldest = kept.pollFirst();
    if (oldest == null) {
      return false;
    }
    free(oldest.sequence());
    return true;
  }

  private void free(Sequence sequence) {
    pool.free(sequence.capacity());
    sequence.close();
  }

  /** Prompt tokens that were taken over so far. */
  long reused() {
    return reused;
  }

  @Override
  public void close() {
    while (evict()) {
      // until none is left
    }
  }
}
