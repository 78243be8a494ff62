package io.clada.worker;

import io.clada.schemas.Finish;
import io.clada.worker.Generations.Stores;
import io.clada.worker.state.Attempt;
import io.clada.worker.state.RequestFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes up what the stores hold when a task comes to this worker. */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Dependencies deps;
  private final Stores stores;
  private final Generations generations;
  private final Endings endings;
  private final Quarantine quarantine;
  private List<Found> found = List.of();

  private record Found(String id, RequestFacts facts) {}

  Recovery(
      Dependencies deps,
      Stores stores,
      Generations generations,
      Endings endings,
      Quarantine quarantine) {
    this.deps = deps;
    this.stores = stores;
    this.generations = generations;
    this.endings = endings;
    this.quarantine = quarantine;
  }

  /** Looks. A task that is being initialised must not begin a transaction. */
  void restore() {
    List<Found> all = new ArrayList<>();
    stores.requests().forEach((id, facts) -> all.add(new Found(id, facts)));
    all.sort(Comparator.comparing(each -> each.facts().getArrival()));
    found = all;
  }

  boolean isPending() {
    return !found.isEmpty();
  }

  /** Takes up, once, what was found. */
  void run(long nowMs) {
    List<Found> all = found;
    found = List.of();
    for (Found each : all) {
      Attempt last = stores.attempts().find(each.id(), each.facts().getRun());
      if (last == null) {
        takeUp(each, Generations.first(each.facts()), Progress.NONE, Ticket.Kind.NEW, nowMs);
      } else {
        resume(each, last, nowMs);
      }
    }
  }

  private void resume(Found each, Attempt last, long nowMs) {
    Attempt next = quarantine.next(last);
    Progress progress = stores.progress().read(each.id(), each.facts().getRun());
    Ticket.Kind kind = quarantine.isLast(next) ? Ticket.Kind.LAST_ATTEMPT : Ticket.Kind.RESUMED;
    Generation generation = takeUp(each, next, progress, kind, nowMs);
    if (!generations.isActive(generation)) {
      return;
    }
    deps.metrics().resumed();
    LOG.info(
        "Request {} goes on at token {}, attempt {}, after {} deaths",
        generation.id(),
        generation.nextIndex(),
        next.getNumber(),
        next.getDeaths());
    endings.record(generation, next);
  }

  private Generation takeUp(
      Found each, Attempt attempt, Progress progress, Ticket.Kind kind, long nowMs) {
    Generation generation =
        generations.create(each.id(), each.facts(), attempt, progress, kind, nowMs);
    if (attempt.getCancelled()) {
      endings.end(generation, Finish.CANCELLED, null, nowMs);
    } else if (quarantine.isDue(attempt)) {
      quarantine.setAside(generation, nowMs);
    } else if (deps.engines().find(each.facts().getModel()) == null) {
      String message = Admission.notServed(each.facts().getModel(), deps.engines()).getMessage();
      endings.end(generation, Finish.INVALID, message, nowMs);
    } else {
      generations.enter(generation);
    }
    return generation;
  }
}
