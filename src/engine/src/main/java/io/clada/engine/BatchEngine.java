package io.clada.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
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
  private static final String FAILED = "the model failed at this request; the log says how";

  private final CladaModel model;
  private final Stepper stepper;
  private final int slots;
  private final CachePool pool;
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final LinkedBlockingQueue<Job> arrivals = new LinkedBlockingQueue<>();
  private final Deque<Job> waiting = new ArrayDeque<>();
  private final Running running;
  private final Thread thread;
  private volatile long stepBegan;
  private volatile EngineStats stats;
  private volatile boolean closed;

  /** Starts the thread. Closing the engine closes the model. */
  public BatchEngine(CladaModel model, EngineOptions options) {
    this.model = model;
    slots = options.slots();
    stepper = model.stepper();
    pool = pool(model, options);
    running = new Running(model, pool);
    stats = running.stats(0, slots);
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

  @Override
  public String modelName() {
    return model.name();
  }

  @Override
  public List<Integer> neurons() {
    return Collections.nCopies(model.config().layers(), model.config().intermediateSize());
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
      job.cancel();
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

  @Override
  public boolean isAlive() {
    return thread.isAlive();
  }

  private void run() {
    try {
      while (!closed) {
        if (waiting.isEmpty() && running.size() == 0) {
          waiting.add(arrivals.take());
        }
        arrivals.drainTo(waiting);
        stepBegan = System.nanoTime();
        step();
        stepBegan = 0;
        stats = running.stats(waiting.size(), slots);
      }
    } catch (InterruptedException e) {
      // close() asks the thread to end
    } catch (RuntimeException | Error e) {
      log.error("The engine's thread died", e);
      throw e;
    } finally {
      running.close();
    }
  }

  private void step() {
    endCancelled();
    admit();
    ActiveGeneration prefill = null;
    List<ActiveGeneration> decoding = new ArrayList<>();
    for (ActiveGeneration generation : running.generations()) {
      if (generation.decoding()) {
        decoding.add(generation);
      } else if (prefill == null) {
        prefill = generation;
      }
    }
    if (prefill != null) {
      prefill(prefill);
    }
    decoding.removeIf(generation -> !grown(generation));
    decode(decoding);
  }

  private void endCancelled() {
    waiting.removeIf(
        job -> {
          boolean cancelled = job.cancelled();
          if (cancelled) {
            end(job, FinishReason.CANCELLED, null);
          }
          return cancelled;
        });
    for (Job job : running.jobs()) {
      if (job.cancelled()) {
        end(job, FinishReason.CANCELLED, null);
      }
    }
  }

  private void admit() {
    while (running.size() < slots && !waiting.isEmpty()) {
      Job job = waiting.peekFirst();
      ActiveGeneration generation = activated(job);
      if (generation != null && !admitted(generation, job)) {
        return;
      }
      waiting.removeFirst();
    }
  }

  /** Whether it need not wait any longer. */
  private boolean admitted(ActiveGeneration generation, Job job) {
    try {
      if (running.add(generation, job)) {
        return true;
      }
      if (running.size() > 0) {
        return false;
      }
      throw new InvalidRequestException(
          "max_new_tokens", "with the prompt they need more than the whole key-value cache");
    } catch (RuntimeException e) {
      failed(job, e);
      return true;
    }
  }

  /** Null if it has ended with that. */
  private @Nullable ActiveGeneration activated(Job job) {
    try {
      ActiveGeneration generation = job.activate(model);
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

  private boolean grown(ActiveGeneration generation) {
    try {
      return generation.hasSequence() && running.grow(generation, waiting::addFirst);
    } catch (RuntimeException e) {
      failed(generation, e);
      return false;
    }
  }

  private void prefill(ActiveGeneration generation) {
    try {
      if (generation.untouched()) {
        running.adoptPrefix(generation);
      }
      stepper.prefill(generation, this::deliver);
    } catch (RuntimeException e) {
      failed(generation, e);
    }
  }

  private void decode(List<ActiveGeneration> decoding) {
    decoding.removeIf(generation -> running.job(generation) == null);
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
        if (running.job(generation) != null && generation.nextIndex() == indices[i]) {
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
    Job job = running.job(generation);
    if (job != null) {
      failed(job, e);
    }
  }

  private void failed(Job job, RuntimeException e) {
    log.error("Generation {} failed", job.spec().id(), e);
    // libtorch's own words are about the decoder's inside, over many lines: they are for the log.
    end(job, FinishReason.ERROR, e instanceof InvalidRequestException ? e.getMessage() : FAILED);
  }

  private void deliver(ActiveGeneration generation, GeneratedToken token) {
    Job job = running.job(generation);
    if (job != null) {
      deliver(job, token);
    }
  }

  /**
   * The generation is over for the engine before its listener hears so: the listener may submit the
   * same id again. What the listener throws ends its own generation and no other.
   */
  private void deliver(Job job, GeneratedToken token) {
    boolean last = token.finish() != null;
    if (last) {
      jobs.remove(job.spec().id(), job);
      retire(job);
    }
    if (closed) {
      return;
    }
    try {
      job.accept(token);
    } catch (RuntimeException e) {
      if (last) {
        log.error("The listener of generation {} failed at its end", job.spec().id(), e);
      } else {
        failed(job, e);
      }
      return;
    }
    if (!last && job.cancelled()) {
      end(job, FinishReason.CANCELLED, null);
    }
  }

  private void retire(Job job) {
    ActiveGeneration generation = job.generation();
    if (generation != null) {
      running.retire(generation);
    }
  }

  private void end(Job job, FinishReason reason, @Nullable String message) {
    deliver(job, job.end(reason, message));
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
