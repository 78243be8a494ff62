package io.clada.worker;

import io.clada.schemas.Priority;
import java.util.function.Consumer;

/**
 * A request's place in the {@link Scheduler}'s queue, and later at the engine. Its identity is the
 * object's own.
 */
final class Ticket {
  /** How a request comes to the engine. */
  enum Kind {
    /** For the first time. */
    NEW,
    /** Another worker, or another task's time, had begun it: it goes on before anything new. */
    RESUMED,
    /**
     * Resumed, and set aside if a worker dies under it once more: only one such is at the engine at
     * a time, so that no request is blamed for its neighbour.
     */
    LAST_ATTEMPT
  }

  private final String id;
  private final String model;
  private final Priority priority;
  private final String tenant;
  private final int promptTokens;
  private final Kind kind;
  private final Consumer<Ticket> onTurn;

  /** Guarded by the scheduler. */
  private boolean atEngine;

  /**
   * @param onTurn called when the engine has room, on any task's stream thread and within the
   *     scheduler's lock: only takes a note
   */
  Ticket(
      String id,
      String model,
      Priority priority,
      String tenant,
      int promptTokens,
      Kind kind,
      Consumer<Ticket> onTurn) {
    this.id = id;
    this.model = model;
    this.priority = priority;
    this.tenant = tenant;
    this.promptTokens = promptTokens;
    this.kind = kind;
    this.onTurn = onTurn;
  }

  String id() {
    return id;
  }

  String model() {
    return model;
  }

  Priority priority() {
    return priority;
  }

  String tenant() {
    return tenant;
  }

  int promptTokens() {
    return promptTokens;
  }

  Kind kind() {
    return kind;
  }

  boolean isAtEngine() {
    return atEngine;
  }

  void turn() {
    atEngine = true;
    onTurn.accept(this);
  }
}
