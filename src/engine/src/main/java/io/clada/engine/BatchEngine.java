package io.clada.engine;

import io.clada.engine.decoder.Sequence;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous batching on one thread: generations join and leave at every step. Between two steps of
 * those that decode, one chunk of one prefill is computed, so that a long prompt holds nobody up
 * for long. A generation is admitted, in the order of submission, when there is a slot and cache
 * for its prompt; when the cache runs out later, the youngest gives its own up and is computed
 * again when there is room.
 *
 * <p>A generation that throws ends with {@link FinishReason#ERROR} and the others go on; an {@link
 * Error} (memory, native code) ends the thread, and {@link #isAlive} tells.
 */
public final class BatchEngine implements Engine {
  private static final Logger log = LoggerFactory.getLogger(BatchEngine.class);

  private final CladaModel model;
  private final Stepper stepper;
  private final int slots;
  private final CachePool pool;
  private final PrefixStore prefixes;
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Job> arrivals = new LinkedBlockingQueue<>();
  private final Deque<Job> waiting = new ArrayDeque<>();
  private final Map<ActiveGeneration, Job> running = new LinkedHashMap<>(); // oldest first
  private final Thread thread;
  private long preemptions;
  private volatile long stepBegan;
  private volatile EngineStats stats;
  private volatile boolean closed;

  /** Starts the thread. Closing the engine closes the model. */
  public BatchEngine(CladaModel model, EngineOptions options) {
    this.model = model;
    slots = options.slots();
    stepper = new Stepper(model);
    pool = pool(model, options);
    prefixes = new PrefixStore(pool);
    stats = snapshot();
    thread = new Thread(this::run, "clada-engine");
    thread.setDaemon(true);
    thread.start();
  }

  private static CachePool pool(CladaModel model, EngineOptions options) {
    long perPosition = model.decoder().cacheBytesPerPosition();
    long most = (long) options.slots() * model.config().maxPositions() * perPosition;
    long bytes =
        options.kvCacheBytes() > 0 ? options.kvCacheBytes() : Math.min(most, Memory.total() / 4);
    return new CachePool(bytes, perPosition);
  }

  private static final class Job {
    final GenerationSpec spec;
    final Consumer<GeneratedToken> listener;
    final long submitted = System.nanoTime();
    int next; // index of the token to come, on the engine's thread
    @Nullable ActiveGeneration generation; // kept while it waits to be computed again
    volatile boolean cancelled;

    Job(GenerationSpec spec, Consumer<GeneratedToken> listener) {
      this.spec = spec;
      this.listener = listener;
      next = spec.resumeFrom().size();
    }
  }

  @Override
  public String modelName() {
    return model.name();
  }

  @Override
  public int validate(GenerationSpec spec) {
    PromptReader.Prompt prompt = model.prompt(spec);
    int longest = prompt.ids().length + prompt.maxNewTokens();
    if (CachePool.rounded(longest, model.config().maxPositions()) > pool.positions()) {
      throw new InvalidRequestException(
          "max_new_tokens",
          "the prompt's "
              + prompt.ids().length
              + " tokens and "
              + prompt.maxNewTokens()
              + " new ones need more than the whole key-value cache, which holds "
              + pool.positions()
              + "; ask for fewer, or start with a larger --kv-cache");
    }
    return prompt.ids().length;
  }

  @Override
  public String renderChat(List<ChatMessage> messages) {
    return model.renderChat(messages);
  }

  @Override
  public void submit(GenerationSpec spec, Consumer<GeneratedToken> listener) {
    Job job = new Job(spec, listener);
    if (jobs.putIfAbsent(spec.id(), job) != null) {
      throw new IllegalArgumentException(
          "generation " + spec.id() + " is queued or running already");
    }
    arrivals.add(job);
  }

  @Override
  public void cancel(String id) {
    Job job = jobs.get(id);
    if (job != null) {
      job.cancelled = true;
    }
  }

  @Override
  public int size() {
    return jobs.size();
  }

  @Override
  public EngineStats stats() {
    EngineStats last = stats;
    long began = stepBegan;
    return new EngineStats(
        Math.max(0, jobs.size() - last.running()),
        last.running(),
        slots,
        last.kvCacheUsedBytes(),
        last.kvCacheBytes(),
        last.preemptions(),
        last.prefixTokensReused(),
        began == 0 ? 0 : (System.nanoTime() - began) / 1e9);
  }

  private EngineStats snapshot() {
    return new EngineStats(
        waiting.size(),
        running.size(),
        slots,
        pool.usedBytes(),
        pool.bytes(),
        preemptions,
        prefixes.reused(),
        0);
  }

  @Override
  public boolean isAlive() {
    return thread.isAlive();
  }

  private void run() {
    try {
      while (!closed) {
        if (waiting.isEmpty() && running.isEmpty()) {
          waiting.add(arrivals.take());
        }
        arrivals.drainTo(waiting);
        stepBegan = System.nanoTime();
        step();
        stepBegan = 0;
        stats = snapshot();
      }
    } catch (InterruptedException e) {
      // close() asks the thread to end
    } catch (Error e) {
      log.error("The engine's thread died", e);
      throw e;
    } finally {
      running.keySet().forEach(ActiveGeneration::close);
      prefixes.close();
      stepper.close();
    }
  }

  private void step() {
    endCancelled();
    admit();
    ActiveGeneration prefill = null;
    List<ActiveGeneration> decoding = new ArrayList<>();
    for (ActiveGeneration generation : running.keySet()) {
      if (generation.decoding()) {
        decoding.add(generation);
      } else if (prefill == null) {
        prefill = generation;
      }
    }
    if (prefill != null) {
      prefill(prefill);
    }
    decoding.removeIf(generation -> !room(generation));
    decode(decoding);
  }

  private void endCancelled() {
    waiting.removeIf(
        job -> {
          if (job.cancelled) {
            end(job, FinishReason.CANCELLED, null);
          }
          return job.cancelled;
        });
    for (Job job : List.copyOf(running.values())) {
      if (job.cancelled) {
        end(job, FinishReason.CANCELLED, null);
      }
    }
  }

  private void admit() {
    while (running.size() < slots && !waiting.isEmpty()) {
      Job job = waiting.peekFirst();
      ActiveGeneration generation = activated(job);
      if (generation == null) {
        waiting.removeFirst();
        continue;
      }
      int room = CachePool.rounded(generation.length() + 1, model.config().maxPositions());
      if (!take(room)) {
        return;
      }
      waiting.removeFirst();
      generation.open(model.decoder().sequence(room));
      running.put(generation, job);
    }
  }

  /** Null if it has ended with that. */
  private @Nullable ActiveGeneration activated(Job job) {
    if (job.generation != null) {
      return job.generation;
    }
    try {
      ActiveGeneration generation = model.activate(job.spec, null, job.submitted);
      job.generation = generation;
      FinishReason before = generation.endedBefore();
      if (before == null) {
        return generation;
      }
      end(job, before, null);
    } catch (RuntimeException e) {
      failed(job, e);
    }
    return null;
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

  /**
   * Makes room for a generation's next tokens, if need be at the cost of the youngest.
   *
   * @return false if that was itself
   */
  private boolean room(ActiveGeneration generation) {
    if (!generation.hasSequence()) {
      return false; // gave it up for one before
    }
    int context = model.config().maxPositions();
    int needed = Math.min(context, generation.length() + Stepper.MOST_AHEAD);
    int capacity = generation.sequence().capacity();
    if (needed <= capacity) {
      return true;
    }
    int larger = CachePool.rounded(needed, context);
    while (!take(larger - capacity)) {
      ActiveGeneration youngest = youngest();
      preempt(youngest);
      if (youngest == generation) {
        return false;
      }
    }
    generation.sequence().grow(larger);
    return true;
  }

  private ActiveGeneration youngest() {
    List<ActiveGeneration> all = new ArrayList<>(running.keySet());
    return all.get(all.size() - 1);
  }

  private void preempt(ActiveGeneration generation) {
    Job job = running.remove(generation);
    release(generation);
    preemptions++;
    if (job != null) {
      waiting.addFirst(job);
    }
  }

  private void release(ActiveGeneration generation) {
    try (Sequence sequence = generation.release()) {
      pool.free(sequence.capacity());
    }
  }

  private void prefill(ActiveGeneration generation) {
    try {
      if (generation.untouched()) {
        prefixes.adopt(generation, running.keySet());
      }
      stepper.prefill(generation, this::deliver);
    } catch (RuntimeException e) {
      failed(generation, e);
    }
  }

  private void decode(List<ActiveGeneration> decoding) {
    decoding.removeIf(generation -> !running.containsKey(generation));
    if (decoding.isEmpty()) {
      return;
    }
    int[] indices = decoding.stream().mapToInt(ActiveGeneration::nextIndex).toArray();
    try {
      stepper.decode(decoding, this::deliver);
    } catch (RuntimeException e) {
      log.warn("A step of {} generations failed; each is tried alone", decoding.size(), e);
      for (int i = 0; i < decoding.size(); i++) {
        ActiveGeneration generation = decoding.get(i);
        if (running.containsKey(generation) && generation.nextIndex() == indices[i]) {
          decodeAlone(generation);
        }
      }
    }
  }

  private void decodeAlone(ActiveGeneration generation) {
    try {
      stepper.decode(List.of(generation), this::deliver);
    } catch (RuntimeException e) {
      failed(generation, e);
    }
  }

  private void failed(ActiveGeneration generation, RuntimeException e) {
    Job job = running.get(generation);
    if (job != null) {
      failed(job, e);
    }
  }

  private void failed(Job job, RuntimeException e) {
    log.error("Generation {} failed", job.spec.id(), e);
    end(job, FinishReason.ERROR, String.valueOf(e.getMessage()));
  }

  private void deliver(ActiveGeneration generation, GeneratedToken token) {
    Job job = running.get(generation);
    if (job != null) {
      deliver(job, token);
    }
  }

  /**
   * The generation is over for the engine before its listener hears so: the listener may submit the
   * same id again.
   */
  private void deliver(Job job, GeneratedToken token) {
    if (token.finish() != null) {
      jobs.remove(job.spec.id(), job);
      retire(job);
    }
    job.next = token.index() + 1;
    if (!closed) {
      job.listener.accept(token);
    }
  }

  private void retire(Job job) {
    ActiveGeneration generation = job.generation;
    if (generation != null && running.remove(generation) != null) {
      prefixes.retire(generation);
    }
  }

  private void end(Job job, FinishReason reason, @Nullable String message) {
    ActiveGeneration generation = job.generation;
    deliver(
        job, generation == null ? ended(job, reason, message) : generation.end(reason, message));
  }

  /** The last token of a generation that never began. */
  private static GeneratedToken ended(Job job, FinishReason reason, @Nullable String message) {
    int index = job.next;
    double queued = (System.nanoTime() - job.submitted) / 1e9;
    Finish finish = new Finish(reason, message, 0, index, 1, 1, queued, 0, 0, null);
    return new GeneratedToken(index, null, "", 0, 0, CognitiveLoad.MEDIUM, 0, 0, null, finish);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    jobs.clear();
    model.close();
  }
}
