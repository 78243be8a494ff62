package io.clada.worker;

import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import io.clada.worker.state.Attempt;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a generation comes to its terminal event, and is then remembered as finished. */
final class Endings {
  /** How long a request that is ended from outside waits for the engine's last figures. */
  private static final long FAREWELL_MS = 1000;

  private final Dependencies deps;
  private final Generations generations;
  private final Generations.Stores stores;
  private final Outputs outputs;
  private final Set<Generation> leaving = new LinkedHashSet<>();

  Endings(Dependencies deps, Generations generations, Generations.Stores stores, Outputs outputs) {
    this.deps = deps;
    this.generations = generations;
    this.stores = stores;
    this.outputs = outputs;
  }

  /** Ends a generation with what the engine said last, or in its stead. */
  void end(Generation generation, TokenEvent terminal, long nowMs) {
    boolean answered =
        terminal.getFinish() != Finish.ERROR && terminal.getFinish() != Finish.INVALID;
    end(generation, terminal, answered, nowMs);
  }

  /** Ends a generation without waiting for the engine. */
  void end(Generation generation, Finish finish, @Nullable String message, long nowMs) {
    end(generation, TokenEvents.ended(generation, finish, message, nowMs), nowMs);
  }

  /**
   * @param remembered whether posting the request again repeats this end
   */
  void end(Generation generation, TokenEvent terminal, boolean remembered, long nowMs) {
    outputs.token(generation.asked(), terminal, generation.traceparent());
    deps.scheduler().answered(nowMs);
    leaving.remove(generation);
    generations.remove(generation);
    if (remembered) {
      stores.finished().ended(generation.id(), terminal, nowMs);
    }
  }

  /**
   * Ends a generation from outside: at once if it only waits; if the engine has it, with the
   * engine's last load window and figures, for which the engine has a second.
   */
  void endSoon(Generation generation, Finish finish, @Nullable String message, long nowMs) {
    if (!generation.isSubmitted()) {
      end(generation, finish, message, nowMs);
    } else if (generation.ending() == null) {
      generation.endWith(new Generation.Ending(finish, message, nowMs + FAREWELL_MS));
      if (finish == Finish.CANCELLED) {
        // The tombstone will not be read again.
        record(generation, Attempt.newBuilder(generation.attempt()).setCancelled(true).build());
      }
      leaving.add(generation);
      deps.engines().get(generation.facts().getModel()).cancel(generation.engineId());
    }
  }

  /** Ends what passes its deadline, and what the engine did not say goodbye to in time. */
  void endOverdue(long nowMs) {
    for (Generation late = generations.pollOverdue(nowMs);
        late != null;
        late = generations.pollOverdue(nowMs)) {
      endSoon(late, Finish.DEADLINE, deadlineMessage(late), nowMs);
    }
    for (Generation generation : List.copyOf(leaving)) {
      endNow(generation, ending -> ending.overdueMs() <= nowMs, nowMs);
    }
  }

  /** Ends a generation that is about to end, for the engine's farewell is not to be waited for. */
  void endNow(Generation generation, long nowMs) {
    endNow(generation, ending -> true, nowMs);
  }

  private void endNow(Generation generation, Predicate<Generation.Ending> when, long nowMs) {
    Generation.Ending ending = generation.ending();
    if (ending != null && when.test(ending)) {
      end(generation, ending.finish(), ending.message(), nowMs);
    }
  }

  void record(Generation generation, Attempt attempt) {
    generation.attempt(attempt);
    stores.attempts().put(generation.id(), attempt);
    deps.commits().ask();
  }

  static String deadlineMessage(Generation generation) {
    return "deadline: "
        + generation.facts().getDeadline()
        + " passed "
        + (generation.nextIndex() == 0
            ? "before the first token"
            : "after " + generation.nextIndex() + " tokens")
        + "; give it more time, or a higher priority";
  }
}
