package io.clada.worker;

import io.clada.engine.Engine;
import io.clada.schemas.GenerationRequest;
import io.clada.worker.state.StoredRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests that one task has queued or running, in its stores, at the engine and in memory
 * alike. A request enters once and leaves once; the same id may enter again after that, as a
 * generation of its own. Belongs to the stream thread.
 */
final class Generations implements AutoCloseable {
  private final Engine engine;
  private final RequestStore requests;
  private final ProgressStore progress;
  private final EngineOutput output;
  private final LongSupplier epochs;
  private final WorkerMetrics metrics;
  private final Map<String, Generation> active = new LinkedHashMap<>();
  private List<Generation> restored = new ArrayList<>();

  /**
   * @param epochs never the same number twice in this process
   */
  Generations(
      Engine engine,
      RequestStore requests,
      ProgressStore progress,
      EngineOutput output,
      LongSupplier epochs,
      WorkerMetrics metrics) {
    this.engine = engine;
    this.requests = requests;
    this.progress = progress;
    this.output = output;
    this.epochs = epochs;
    this.metrics = metrics;
  }

  /**
   * Takes up what the stores hold, oldest first. Nothing is written or submitted yet: a task that
   * is being initialised must not begin a transaction.
   */
  void restore(long nowMs) {
    requests
        .all()
        .forEach(
            (id, stored) -> {
              StoredRequest next =
                  StoredRequest.newBuilder(stored).setAttempt(stored.getAttempt() + 1).build();
              add(create(id, request(stored), next, progress.read(id), nowMs));
            });
    restored = new ArrayList<>(active.values());
    restored.sort(Comparator.comparing(generation -> generation.stored().getArrival()));
  }

  /** What {@link #restore} took up and was not handed over yet; the caller does that now. */
  List<Generation> takeRestored() {
    List<Generation> taken = restored.stream().filter(this::isActive).toList();
    restored = List.of();
    return taken;
  }

  Generation create(
      String id, GenerationRequest request, StoredRequest stored, Progress resumed, long nowMs) {
    return new Generation(id, epochs.getAsLong(), request, stored, resumed, nowMs);
  }

  /** Stores a valid generation, new or resumed, and hands it to the engine. */
  void start(Generation generation, long nowMs) {
    requests.put(generation.id(), generation.stored());
    if (!isActive(generation)) {
      add(generation);
    }
    generation.submitted(nowMs);
    engine.submit(generation.spec(), output.listener(generation));
  }

  /** Forgets a generation, whose terminal event is forwarded in the same transaction. */
  void end(Generation generation) {
    active.remove(generation.id());
    metrics.left(generation.request().getPriority());
    engine.cancel(generation.engineId()); // nothing, if the engine ended it
    progress.delete(generation.id());
    requests.delete(generation.id());
  }

  @Nullable Generation find(String id) {
    return active.get(id);
  }

  int size() {
    return active.size();
  }

  /** Stops the engine's work for this task; the stores stay for the next owner. */
  @Override
  public void close() {
    output.close();
    active.values().forEach(generation -> engine.cancel(generation.engineId()));
    active.values().forEach(generation -> metrics.left(generation.request().getPriority()));
    active.clear();
  }

  private void add(Generation generation) {
    active.put(generation.id(), generation);
    metrics.entered(generation.request().getPriority());
  }

  private boolean isActive(Generation generation) {
    return active.get(generation.id()) == generation;
  }

  private static GenerationRequest request(StoredRequest stored) {
    try {
      return GenerationRequest.getDecoder().decode(Buffers.copy(stored.getRequest()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
