package io.clada.worker;

import io.clada.engine.Engine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one queue of a worker, over all its tasks: each engine is given as many requests as it runs
 * at once and a few more, so that it need not wait for the next, and the others wait here, where a
 * later one may still pass them. Any thread.
 *
 * <p>Holds no more of a request than its place: the rest stays in the task's store until its turn.
 */
final class Scheduler {
  private final Map<String, Line> lines = new HashMap<>();
  private final TokenBudgets budgets;
  private final DrainRate rate = new DrainRate();

  /** Before one engine. */
  private static final class Line {
    private final Engine engine;
    private final FairQueue queue;
    private int atEngine;
    private boolean lastAttemptAtEngine;

    private Line(Engine engine, TenantTable weights) {
      this.engine = engine;
      this.queue = new FairQueue(weights);
    }

    private int slots() {
      return Math.max(1, engine.stats().slots());
    }

    /** The few more hide the time between an end and the next request's hand-over. */
    private boolean hasRoom() {
      int slots = slots();
      return atEngine < slots + 1 + slots / 8;
    }
  }

  /**
   * @param weights of the tenants
   * @param tokensPerMinute budgets of the tenants
   */
  Scheduler(List<Engine> engines, TenantTable weights, TenantTable tokensPerMinute) {
    engines.forEach(engine -> lines.put(engine.modelName(), new Line(engine, weights)));
    budgets = new TokenBudgets(tokensPerMinute);
  }

  /** Queues a request for one of the engines' models. */
  synchronized void enter(Ticket ticket) {
    line(ticket).queue.add(ticket);
  }

  /** A request waits, or is at the engine, no longer. */
  synchronized void leave(Ticket ticket) {
    Line line = line(ticket);
    if (!ticket.isAtEngine()) {
      line.queue.remove(ticket);
      return;
    }
    line.queue.left(ticket);
    line.atEngine--;
    if (ticket.kind() == Ticket.Kind.LAST_ATTEMPT) {
      line.lastAttemptAtEngine = false;
    }
  }

  /** A request was answered. */
  synchronized void answered(long nowMs) {
    rate.ended(nowMs);
  }

  /** Tokens were generated for a request. */
  synchronized void charge(Ticket ticket, int tokens, long nowMs) {
    line(ticket).queue.charge(ticket, tokens);
    budgets.spend(ticket.tenant(), tokens, nowMs);
  }

  /** Calls those whose turn it is, of whatever task. */
  synchronized void dispatch(long nowMs) {
    for (Line line : lines.values()) {
      while (line.queue.size() > 0 && line.hasRoom()) {
        Ticket next =
            line.queue.poll(!line.lastAttemptAtEngine, tenant -> budgets.allows(tenant, nowMs));
        if (next == null) {
          break;
        }
        line.atEngine++;
        if (next.kind() == Ticket.Kind.LAST_ATTEMPT) {
          line.lastAttemptAtEngine = true;
        } else if (next.kind() == Ticket.Kind.NEW) {
          budgets.spend(next.tenant(), next.promptTokens(), nowMs);
        }
        next.turn();
      }
    }
  }

  /** Whether the engine would begin at once what it is handed, rather than keep it waiting. */
  synchronized boolean hasIdleSlot(String model) {
    Line line = lines.get(model);
    return line != null && line.atEngine <= line.slots();
  }

  /** Requests that wait for an engine. */
  synchronized int waiting() {
    return lines.values().stream().mapToInt(line -> line.queue.size()).sum();
  }

  /** Requests that engines have, or are about to be handed. */
  synchronized int atEngines() {
    return lines.values().stream().mapToInt(line -> line.atEngine).sum();
  }

  /**
   * In how many seconds what is here now will have been answered.
   *
   * @return null if nothing has been measured yet
   */
  synchronized @Nullable Double retryAfterSeconds(long nowMs) {
    return rate.secondsFor(waiting() + atEngines(), nowMs);
  }

  private Line line(Ticket ticket) {
    Line line = lines.get(ticket.model());
    if (line == null) {
      throw new IllegalArgumentException("no engine has model " + ticket.model());
    }
    return line;
  }
}
