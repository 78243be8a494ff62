package io.clada.worker;

import io.clada.schemas.Priority;
import io.clada.worker.state.Attempt;
import io.clada.worker.state.RequestFacts;
import io.clada.worker.state.StoredRequest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The requests that one task has queued or running, in its stores, in the worker's queue and in
 * memory alike. A request enters once and leaves once; the same id may enter again after that, as a
 * generation of its own. Belongs to the stream thread.
 */
final class Generations implements AutoCloseable {
  private final Dependencies deps;
  private final Stores stores;
  private final Durability durability;
  private final Consumer<Ticket> onTurn;
  private final Map<String, Generation> active = new LinkedHashMap<>();
  private final Deadlines deadlines = new Deadlines();

  /** What a task keeps durably. */
  record Stores(
      RequestStore requests,
      AttemptStore attempts,
      ProgressStore progress,
      FinishedRequests finished) {}

  /**
   * @param onTurn told when the engine has room for a request of this task
   */
  Generations(Dependencies deps, Stores stores, Durability durability, Consumer<Ticket> onTurn) {
    this.deps = deps;
    this.stores = stores;
    this.durability = durability;
    this.onTurn = onTurn;
  }

  /** A request that is admitted: stores it and queues it. */
  void enter(String id, StoredRequest stored, long nowMs) {
    durability.beforeNew(id);
    stores.requests().put(id, stored);
    enter(
        create(
            id,
            stored.getFacts(),
            first(stored.getFacts()),
            Progress.NONE,
            Ticket.Kind.NEW,
            nowMs));
  }

  /** Of a request that has not been at an engine. */
  static Attempt first(RequestFacts facts) {
    return Attempt.newBuilder().setRun(facts.getRun()).setNumber(0).setDeaths(0).build();
  }

  /** Queues a request that the stores hold. */
  void enter(Generation generation) {
    active.put(generation.id(), generation);
    deadlines.add(generation);
    deps.metrics().entered(generation.ticket().priority());
    deps.scheduler().enter(generation.ticket());
  }

  Generation create(
      String id,
      RequestFacts facts,
      Attempt attempt,
      Progress resumed,
      Ticket.Kind kind,
      long nowMs) {
    Ticket ticket =
        new Ticket(
            id,
            facts.getModel(),
            Priority.valueOf(facts.getPriority()),
            facts.getTenant(),
            facts.getPromptTokens(),
            kind,
            onTurn);
    return new Generation(id, deps.epochs().getAsLong(), facts, attempt, resumed, nowMs, ticket);
  }

  /**
   * Forgets a generation, entered or only found in the stores, whose terminal event is forwarded in
   * the same transaction.
   */
  void remove(Generation generation) {
    if (active.remove(generation.id(), generation)) {
      deadlines.remove(generation);
      leaveEngine(generation);
      deps.metrics().left(generation.ticket().priority());
    }
    durability.write(
        generation.id(),
        () -> {
          stores.progress().delete(generation.id());
          stores.attempts().delete(generation.id());
          stores.requests().delete(generation.id());
        });
  }

  @Nullable Generation find(String id) {
    return active.get(id);
  }

  boolean isActive(Generation generation) {
    return active.get(generation.id()) == generation;
  }

  Collection<Generation> all() {
    return List.copyOf(active.values());
  }

  /** One whose deadline has passed, each once. */
  @Nullable Generation pollOverdue(long nowMs) {
    return deadlines.poll(nowMs);
  }

  int size() {
    return active.size();
  }

  /** Stops the engine's work for this task; the stores stay for the next owner. */
  @Override
  public void close() {
    for (Generation generation : active.values()) {
      leaveEngine(generation);
      deps.metrics().left(generation.ticket().priority());
    }
    active.clear();
  }

  private void leaveEngine(Generation generation) {
    deps.scheduler().leave(generation.ticket());
    // Does nothing if the engine ended it, or never had it.
    deps.engines().get(generation.facts().getModel()).cancel(generation.engineId());
  }
}
