package io.clada.engine;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One generation after the other, in the order of submission, on one thread. A generation that
 * throws ends with {@link FinishReason#ERROR} and the next one starts; an {@link Error} (memory,
 * native code) ends the thread, and {@link #isAlive} tells.
 */
public final class SerialEngine implements Engine {
  private static final Logger log = LoggerFactory.getLogger(SerialEngine.class);

  private final CladaModel model;
  private final Map<String, Job> jobs = new ConcurrentHashMap<>();
  private final BlockingDeque<Job> queue = new LinkedBlockingDeque<>();
  private final Thread thread;
  private volatile boolean closed;

  /** Starts the thread. Closing the engine closes the model. */
  public SerialEngine(CladaModel model) {
    this.model = model;
    thread = new Thread(this::run, "clada-engine");
    thread.setDaemon(true);
    thread.start();
  }

  private static final class Job {
    final GenerationSpec spec;
    final Consumer<GeneratedToken> listener;
    final long submitted = System.nanoTime();
    int next; // index of the token to come, on the engine's thread
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
    return model.validate(spec);
  }

  @Override
  public String renderChat(List<ChatMessage> messages) {
    return model.renderChat(messages);
  }

  @Override
  public EngineStats stats() {
    return new EngineStats(queue.size(), jobs.size() - queue.size(), 1, 0, 0, 0, 0, 0);
  }

  @Override
  public void submit(GenerationSpec spec, Consumer<GeneratedToken> listener) {
    Job job = new Job(spec, listener);
    if (jobs.putIfAbsent(spec.id(), job) != null) {
      throw new IllegalArgumentException(
          "generation " + spec.id() + " is queued or running already");
    }
    queue.add(job);
  }

  @Override
  public void cancel(String id) {
    Job job = jobs.get(id);
    if (job != null) {
      job.cancelled = true;
      if (queue.remove(job)) {
        queue.addFirst(job); // ends before the next token of the one that runs
      }
    }
  }

  @Override
  public int size() {
    return jobs.size();
  }

  @Override
  public boolean isAlive() {
    return thread.isAlive();
  }

  private void run() {
    try {
      while (!closed) {
        generate(queue.take());
      }
    } catch (InterruptedException e) {
      // close() asks the thread to end
    } catch (Error e) {
      log.error("The engine's thread died", e);
      throw e;
    }
  }

  private void generate(Job job) {
    if (job.cancelled) {
      deliver(job, ended(job, FinishReason.CANCELLED, null));
      return;
    }
    try (Generation generation = model.generate(job.spec, job.submitted)) {
      while (generation.hasNext() && !closed) {
        endCancelled();
        deliver(
            job, job.cancelled ? generation.end(FinishReason.CANCELLED, null) : generation.next());
      }
    } catch (RuntimeException e) {
      log.error("Generation {} failed", job.spec.id(), e);
      if (jobs.containsValue(job)) {
        deliver(job, ended(job, FinishReason.ERROR, String.valueOf(e.getMessage())));
      }
    }
  }

  /** Queued generations that were cancelled stand at the head of the queue. */
  private void endCancelled() {
    Job next = queue.peekFirst();
    while (next != null && next.cancelled && queue.remove(next)) {
      deliver(next, ended(next, FinishReason.CANCELLED, null));
      next = queue.peekFirst();
    }
  }

  /**
   * The generation is over for the engine before its listener hears so: the listener may submit the
   * same id again.
   */
  private void deliver(Job job, GeneratedToken token) {
    if (token.finish() != null) {
      jobs.remove(job.spec.id(), job);
    }
    job.next = token.index() + 1;
    if (!closed) {
      job.listener.accept(token);
    }
  }

  /** The last token of a generation that never began, or that threw. */
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
