package io.clada.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an engine holds of a generation from its submission to its last token, running or not.
 * Confined to the engine's thread, but for {@link #cancel}.
 */
final class Job {
  private final GenerationSpec spec;
  private final Consumer<GeneratedToken> listener;
  private final long submitted = System.nanoTime();
  private @Nullable ActiveGeneration generation;
  private volatile boolean cancelled;

  Job(GenerationSpec spec, Consumer<GeneratedToken> listener) {
    this.spec = spec;
    this.listener = listener;
  }

  GenerationSpec spec() {
    return spec;
  }

  /** From any thread. */
  void cancel() {
    cancelled = true;
  }

  boolean cancelled() {
    return cancelled;
  }

  /** Makes its generation, or the same as before: one that waits to be computed again. */
  ActiveGeneration activate(CladaModel model) {
    ActiveGeneration active = generation;
    if (active == null) {
      active = model.activate(spec, null, submitted);
      generation = active;
    }
    return active;
  }

  /** Null until it was activated. */
  @Nullable ActiveGeneration generation() {
    return generation;
  }

  void accept(GeneratedToken token) {
    listener.accept(token);
  }

  /** Its last token, without a token of its own. */
  GeneratedToken end(FinishReason reason, @Nullable String message) {
    if (generation != null) {
      return generation.end(reason, message);
    }
    int index = spec.resumeFrom().size();
    double queued = (System.nanoTime() - submitted) / 1e9;
    Finish finish = new Finish(reason, message, 0, index, 1, 1, queued, 0, 0, null);
    return new GeneratedToken(index, null, "", 0, 0, CognitiveLoad.MEDIUM, 0, 0, null, finish);
  }
}
