package io.clada.topology;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.state.KeyValueStore;

/** Tumbling windows of one length that are still open, in a store. */
final class OpenWindows {
  private final KeyValueStore<String, Partial> store;
  private final long length;
  private final TenantLimit tenants;

  /**
   * @param length ms
   */
  OpenWindows(KeyValueStore<String, Partial> store, long length, int maxTenants) {
    this.store = store;
    this.length = length;
    this.tenants = new TenantLimit(maxTenants, Entries.values(store.all()));
  }

  /** End of the window that a moment belongs to, ms since the epoch. */
  long endOf(long moment) {
    return SliceKey.floor(moment, length) + length;
  }

  /** Adds to the window in which the partial starts. */
  void merge(Partial partial) {
    long start = SliceKey.floor(partial.start(), length);
    Scope scope = tenants.admit(partial.scope(), start);
    String key = SliceKey.of(scope, start);
    Partial open = store.get(key);
    if (open == null) {
      open = Partial.empty(scope, start, Partial.ANY_PARTITION);
    }
    open.merge(partial);
    store.put(key, open);
  }

  /** Removes a model's windows that end by then, and returns them, earlier ones first. */
  List<Partial> close(String model, long until) {
    List<Partial> closed = new ArrayList<>();
    for (Partial open : Entries.values(store.range(SliceKey.first(model), SliceKey.end(model)))) {
      if (open.start() + length <= until) {
        store.delete(SliceKey.of(open.scope(), open.start()));
        tenants.forget(model, open.start());
        closed.add(open);
      }
    }
    return closed;
  }
}
