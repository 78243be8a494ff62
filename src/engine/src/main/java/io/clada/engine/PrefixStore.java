package io.clada.engine;

import io.clada.engine.decoder.Sequence;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Caches of prompts that were computed already: of the generations that run, and of some that have
 * ended, until their memory is wanted. A prompt that starts with the same tokens takes those over,
 * in whole chunks of the prefill, so that its statistics are the same as if it had computed them.
 * Confined to the thread that runs the model.
 */
final class PrefixStore implements AutoCloseable {
  private static final int MOST_KEPT = 64;

  private final CachePool pool;
  private final Deque<Kept> kept = new ArrayDeque<>(); // the least recently used first
  private long reused;

  PrefixStore(CachePool pool) {
    this.pool = pool;
  }

  private record Kept(int[] ids, Sequence sequence, List<Sequence.Collected> snapshots) {}

  private record Match(Sequence sequence, List<Sequence.Collected> snapshots, int chunks) {}

  /** Lets a generation that is about to be prefilled take over the longest prefix there is. */
  void adopt(ActiveGeneration fresh, Collection<ActiveGeneration> running) {
    Match best = null;
    for (ActiveGeneration other : running) {
      if (other != fresh && other.hasSequence()) {
        int[] ids = other.firstTokens(other.snapshots().size() * ActiveGeneration.PREFILL_CHUNK);
        best = longer(best, fresh, ids, other.sequence(), other.snapshots());
      }
    }
    Kept source = null;
    for (Kept entry : kept) {
      Match match = longer(best, fresh, entry.ids(), entry.sequence(), entry.snapshots());
      if (match != best) {
        best = match;
        source = entry;
      }
    }
    if (source != null && kept.remove(source)) {
      kept.addLast(source);
    }
    if (best != null) {
      fresh.adopt(best.sequence(), best.snapshots(), best.chunks());
      reused += (long) best.chunks() * ActiveGeneration.PREFILL_CHUNK;
    }
  }

  /** At least one token of the prompt must be computed: the first draw needs its hidden state. */
  private static @Nullable Match longer(
      @Nullable Match best,
      ActiveGeneration fresh,
      int[] ids,
      Sequence sequence,
      List<Sequence.Collected> snapshots) {
    int most = (fresh.promptTokens() - 1) / ActiveGeneration.PREFILL_CHUNK;
    int chunks = Math.min(most, snapshots.size());
    int least = best == null ? 0 : best.chunks();
    while (chunks > least && !fresh.startsWith(ids, chunks * ActiveGeneration.PREFILL_CHUNK)) {
      chunks--;
    }
    return chunks > least ? new Match(sequence, List.copyOf(snapshots), chunks) : best;
  }

  /** Takes the cache of a generation that has ended, to keep or to free it. */
  void retire(ActiveGeneration ended) {
    List<Sequence.Collected> snapshots = List.copyOf(ended.snapshots());
    int[] ids = ended.firstTokens(snapshots.size() * ActiveGeneration.PREFILL_CHUNK);
    Sequence sequence = ended.release();
    boolean known =
        kept.stream()
            .anyMatch(
                entry ->
                    entry.ids().length >= ids.length
                        && Arrays.equals(entry.ids(), 0, ids.length, ids, 0, ids.length));
    if (snapshots.isEmpty() || known) {
      free(sequence);
      return;
    }
    kept.addLast(new Kept(ids, sequence, snapshots));
    if (kept.size() > MOST_KEPT) {
      evict();
    }
  }

  /** Frees the least recently used cache; false if there is none. */
  boolean evict() {
    Kept oldest = kept.pollFirst();
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
