package io.clada.worker;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One class of the queue: tenants share the engine by tokens, in proportion to their weights; the
 * requests of one tenant keep their order.
 *
 * <p>The tenant that has been served the least per weight is next. Service is counted as it is
 * given, the prompt when a request begins and each token as it is generated, since nobody knows
 * beforehand how long an answer will be: a deficit round robin that settles afterwards, with a
 * quantum of one token (virtual token counters, Sheng et al., OSDI 2024, arXiv 2401.00588). A
 * tenant that comes back from a pause starts level with the least served of those that wait: a
 * pause earns no credit. Between two tenants that always have something waiting the service per
 * weight therefore never differs by more than what is at the engine at once.
 */
final class TenantShares {
  /** Of tenants that have nothing here any more but are ahead of the others. */
  private static final int MOST_REMEMBERED = 1000;

  private final TenantTable weights;
  private final Map<String, Share> shares = new LinkedHashMap<>();
  private double leastServed;
  private int size;

  private static final class Share {
    private final double weight;
    private final Set<Ticket> waiting = new LinkedHashSet<>();
    private int atEngine;
    private double served;
    private boolean held;

    private Share(double weight) {
      this.weight = weight;
    }

    private boolean isIdle() {
      return waiting.isEmpty() && atEngine == 0;
    }
  }

  TenantShares(TenantTable weights) {
    this.weights = weights;
  }

  void add(Ticket ticket) {
    Share share = shares.computeIfAbsent(ticket.tenant(), tenant -> new Share(weights.of(tenant)));
    if (share.waiting.isEmpty()) {
      share.served = Math.max(share.served, leastServed());
    }
    share.waiting.add(ticket);
    size++;
  }

  /** Forgets a request that waits. */
  void remove(Ticket ticket) {
    Share share = shares.get(ticket.tenant());
    if (share != null && share.waiting.remove(ticket)) {
      size--;
    }
  }

  /**
   * The next request, which is at the engine from now on.
   *
   * @param allowed tenants that may begin a request now
   * @return null if nobody waits who is allowed
   */
  @Nullable Ticket poll(Predicate<String> allowed) {
    Share next = null;
    for (Map.Entry<String, Share> entry : shares.entrySet()) {
      Share share = entry.getValue();
      if (!share.waiting.isEmpty()) {
        share.held = !allowed.test(entry.getKey());
        if (!share.held && (next == null || share.served < next.served)) {
          next = share;
        }
      }
    }
    if (next == null) {
      return null;
    }
    leastServed = Math.max(leastServed, next.served);
    for (Share share : shares.values()) {
      if (share.held && !share.waiting.isEmpty()) {
        share.served = Math.max(share.served, leastServed); // a pause, too
      }
    }
    Ticket ticket = next.waiting.iterator().next();
    next.waiting.remove(ticket);
    next.atEngine++;
    size--;
    charge(next, ticket.promptTokens());
    forgetIdle();
    return ticket;
  }

  /** For a request that is at the engine, however it came there. */
  void charge(Ticket ticket, int tokens) {
    Share share = shares.get(ticket.tenant());
    if (share != null) {
      charge(share, tokens);
    }
  }

  /** A request that {@link #poll} gave out has left the engine. */
  void left(Ticket ticket) {
    Share share = shares.get(ticket.tenant());
    if (share != null) {
      share.atEngine--;
    }
  }

  /** Whether somebody waits who is allowed to begin. */
  boolean isWaiting(Predicate<String> allowed) {
    for (Map.Entry<String, Share> entry : shares.entrySet()) {
      if (!entry.getValue().waiting.isEmpty() && allowed.test(entry.getKey())) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return size;
  }

  /** Tenants of whom anything is kept. */
  int remembered() {
    return shares.size();
  }

  private static void charge(Share share, int tokens) {
    share.served += tokens / share.weight;
  }

  private double leastServed() {
    double least = Double.POSITIVE_INFINITY;
    for (Share share : shares.values()) {
      if (!share.waiting.isEmpty() && !share.held) {
        least = Math.min(least, share.served);
      }
    }
    return least == Double.POSITIVE_INFINITY ? leastServed : Math.max(least, leastServed);
  }

  /** A name that is never heard again must not be kept; one that is ahead is kept for a while. */
  private void forgetIdle() {
    shares
        .values()
        .removeIf(
            share ->
                share.isIdle() && (share.served <= leastServed || shares.size() > MOST_REMEMBERED));
  }
}
