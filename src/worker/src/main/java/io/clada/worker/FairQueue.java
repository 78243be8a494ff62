package io.clada.worker;

import io.clada.schemas.Priority;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who is next at one engine. What was begun before goes first, in order of arrival; then HIGH
 * before NORMAL before LOW, and within a class {@linkplain TenantShares tenants by shares}.
 *
 * <p>No class starves: after {@value #PASSES} requests that passed a class while it had one waiting
 * that was allowed to begin, the next is of that class, the lowest first if it is so with two. What
 * was begun before cannot be starved of its turn by anything, nor starve others for long: there is
 * no more of it than the engines of dead or stopped workers held.
 */
final class FairQueue {
  /** In a row that a waiting class may be passed. */
  static final int PASSES = 7;

  private final Map<Priority, PriorityClass> byPriority = new EnumMap<>(Priority.class);
  private final List<PriorityClass> classes; // highest first
  private final Set<Ticket> resumed = new LinkedHashSet<>();
  private final Set<Ticket> lastAttempts = new LinkedHashSet<>();

  private static final class PriorityClass {
    private final TenantShares tenants;
    private int passed;

    private PriorityClass(TenantShares tenants) {
      this.tenants = tenants;
    }
  }

  FairQueue(TenantTable weights) {
    for (Priority priority : Priority.values()) {
      byPriority.put(priority, new PriorityClass(new TenantShares(weights)));
    }
    classes = List.copyOf(byPriority.values());
  }

  void add(Ticket ticket) {
    switch (ticket.kind()) {
      case NEW -> shares(ticket).add(ticket);
      case RESUMED -> resumed.add(ticket);
      case LAST_ATTEMPT -> lastAttempts.add(ticket);
    }
  }

  /** Forgets a request that waits. */
  void remove(Ticket ticket) {
    switch (ticket.kind()) {
      case NEW -> shares(ticket).remove(ticket);
      case RESUMED -> resumed.remove(ticket);
      case LAST_ATTEMPT -> lastAttempts.remove(ticket);
    }
  }

  /**
   * The next request, which is at the engine from now on.
   *
   * @param lastAttemptToo whether it may be one on its last attempt
   * @param allowed tenants that may begin a request now
   * @return null if nobody waits who may begin
   */
  @Nullable Ticket poll(boolean lastAttemptToo, Predicate<String> allowed) {
    Ticket begun = lastAttemptToo ? first(lastAttempts) : null;
    if (begun == null) {
      begun = first(resumed);
    }
    return begun == null ? pollNew(allowed) : begun;
  }

  /** Tokens that a request has been given at the engine. */
  void charge(Ticket ticket, int tokens) {
    shares(ticket).charge(ticket, tokens);
  }

  /** A request that {@link #poll} gave out has left the engine. */
  void left(Ticket ticket) {
    if (ticket.kind() == Ticket.Kind.NEW) {
      shares(ticket).left(ticket);
    }
  }

  int size() {
    int size = resumed.size() + lastAttempts.size();
    for (PriorityClass each : classes) {
      size += each.tenants.size();
    }
    return size;
  }

  private @Nullable Ticket pollNew(Predicate<String> allowed) {
    for (int i = classes.size() - 1; i > 0; i--) {
      if (classes.get(i).passed >= PASSES) {
        Ticket ticket = poll(i, allowed);
        if (ticket != null) {
          return ticket;
        }
      }
    }
    for (int i = 0; i < classes.size(); i++) {
      Ticket ticket = poll(i, allowed);
      if (ticket != null) {
        return ticket;
      }
    }
    return null;
  }

  private @Nullable Ticket poll(int index, Predicate<String> allowed) {
    Ticket ticket = classes.get(index).tenants.poll(allowed);
    if (ticket != null) {
      classes.get(index).passed = 0;
      for (PriorityClass lower : classes.subList(index + 1, classes.size())) {
        lower.passed = lower.tenants.isWaiting(allowed) ? lower.passed + 1 : 0;
      }
    }
    return ticket;
  }

  private static @Nullable Ticket first(Set<Ticket> tickets) {
    if (tickets.isEmpty()) {
      return null;
    }
    Ticket ticket = tickets.iterator().next();
    tickets.remove(ticket);
    return ticket;
  }

  private TenantShares shares(Ticket ticket) {
    return Objects.requireNonNull(byPriority.get(ticket.priority())).tenants;
  }
}
