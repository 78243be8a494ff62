package io.clada.topology;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Bounds what a store holds however many tenants there are: the first so many tenants of a model's
 * stretch are kept apart, the others are one.
 */
final class TenantLimit {
  private final int most;
  private final Map<String, Set<String>> known = new HashMap<>();

  /**
   * @param stored what a store holds already
   */
  TenantLimit(int most, Iterable<Partial> stored) {
    this.most = most;
    stored.forEach(partial -> admit(partial.scope(), partial.start()));
  }

  /** The scope under which a part of the stretch that begins then is to be stored. */
  Scope admit(Scope scope, long start) {
    String tenant = scope.tenant();
    if (tenant == null || tenant.equals(Scope.OTHER_TENANTS)) {
      return scope;
    }
    Set<String> tenants =
        known.computeIfAbsent(SliceKey.of(scope.model(), start), key -> new HashSet<>());
    if (tenants.size() < most) {
      tenants.add(tenant);
    }
    return tenants.contains(tenant) ? scope : Scope.of(scope.model(), Scope.OTHER_TENANTS);
  }

  /** The stretch has left the store. */
  void forget(String model, long start) {
    known.remove(SliceKey.of(model, start));
  }
}
