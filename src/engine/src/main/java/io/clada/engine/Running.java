package io.clada.engine;

import io.clada.engine.decoder.Sequence;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The generations that have a key-value cache, in the order of their submission, and the memory
 * that their caches share with kept prefixes. Confined to the thread that runs the model.
 */
final class Running implements AutoCloseable {
  private final CladaModel model;
  private final CachePool pool;
  private final PrefixStore prefixes;
  private final Map<ActiveGeneration, Job> jobs = new LinkedHashMap<>();
  private long preemptions;

  Running(CladaModel model, CachePool pool) {
    this.model = model;
    this.pool = pool;
    prefixes = new PrefixStore(pool);
  }

  int size() {
    return jobs.size();
  }

  /** Null if it does not run. */
  @Nullable Job job(ActiveGeneration generation) {
    return jobs.get(generation);
  }

  List<Job> jobs() {
    return List.copyOf(jobs.values());
  }

  /** The oldest first. */
  List<ActiveGeneration> generations() {
    return List.copyOf(jobs.keySet());
  }

  /**
   * Gives a generation a cache.
   *
   * @return false if there is not enough for it now; where nothing else runs, there never will be
   */
  boolean add(ActiveGeneration generation, Job job) {
    int positions = needed(generation);
    if (!take(positions)) {
      return false;
    }
    try {
      generation.open(model.decoder().sequence(positions));
    } catch (RuntimeException e) {
      pool.free(positions);
      throw e;
    }
    jobs.put(generation, job);
    return true;
  }

  /** Lets a generation that is about to be prefilled take over what is known of its prompt. */
  void adoptPrefix(ActiveGeneration generation) {
    prefixes.adopt(generation, jobs.keySet());
  }

  /**
   * Makes room for a generation's next tokens, if need be at the cost of the youngest.
   *
   * @param preempted takes who has to give its cache up and wait
   * @return false if that was itself
   */
  boolean grow(ActiveGeneration generation, Consumer<Job> preempted) {
    int more = needed(generation) - generation.sequence().capacity();
    while (more > 0 && !take(more)) {
      ActiveGeneration youngest = generations().get(size() - 1);
      preempted.accept(preempt(youngest));
      if (youngest == generation) {
        return false;
      }
    }
    if (more > 0) {
      enlarge(generation.sequence(), more);
    }
    return true;
  }

  private void enlarge(Sequence sequence, int more) {
    try {
      sequence.grow(sequence.capacity() + more);
    } catch (RuntimeException e) {
      pool.free(more);
      throw e;
    }
  }

  private Job preempt(ActiveGeneration generation) {
    Job job = Objects.requireNonNull(jobs.remove(generation));
    try (Sequence sequence = generation.release()) {
      pool.free(sequence.capacity());
    }
    preemptions++;
    return job;
  }

  /** Keeps of a generation's cache what others may take over. */
  void retire(ActiveGeneration generation) {
    if (jobs.remove(generation) != null) {
      prefixes.retire(generation);
    }
  }

  /** Positions of cache that a generation's next tokens take. */
  private int needed(ActiveGeneration generation) {
    int next = Math.min(generation.longest(), generation.length() + Stepper.MOST_AHEAD);
    return CachePool.rounded(next, model.config().maxPositions());
  }

  /** Takes cache, if need be from prompts that are kept for others to come. */
  private boolean take(int positions) {
    while (!pool.take(positions)) {
      if (!prefixes.evict()) {
        return false;
      }
    }
    return true;
  }

  /** What is running now, and has been done to keep it running. */
  EngineStats stats(int waiting, int slots) {
    return new EngineStats(
        waiting,
        jobs.size(),
        slots,
        pool.usedBytes(),
        pool.bytes(),
        preemptions,
        prefixes.reused(),
        0);
  }

  @Override
  public void close() {
    jobs.keySet().forEach(ActiveGeneration::close);
    jobs.clear();
    prefixes.close();
  }
}
