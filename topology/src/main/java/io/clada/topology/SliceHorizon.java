package io.clada.topology;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The traffic of a sliding horizon, in a store of slices of event time, so that old traffic leaves
 * slice by slice. What is older than the horizon on arrival is not taken in: a backlog says nothing
 * about now.
 */
final class SliceHorizon {
  /** Slices that say how the fleet fares just now. */
  private static final int LATELY = 2;

  private final KeyValueStore<String, Partial> slices;
  private final long slice;
  private final long horizon;

  SliceHorizon(KeyValueStore<String, Partial> slices, Duration slice, Duration horizon) {
    this.slices = slices;
    this.slice = slice.toMillis();
    this.horizon = horizon.toMillis();
  }

  /**
   * A model's traffic.
   *
   * @param horizon of the whole horizon
   * @param lately of its last one to two slices
   */
  record Recent(Partial horizon, Partial lately) {
    static Recent none(String model) {
      Scope scope = Scope.all(model);
      return new Recent(
          Partial.empty(scope, 0, Partial.ANY_PARTITION),
          Partial.empty(scope, 0, Partial.ANY_PARTITION));
    }
  }

  void add(Partial partial, long now) {
    if (hasLeft(partial, now)) {
      return;
    }
    String key = SliceKey.of(partial.scope(), partial.start());
    Partial known = slices.get(key);
    if (known == null) {
      known = Partial.empty(partial.scope(), partial.start(), Partial.ANY_PARTITION);
    }
    known.merge(partial);
    slices.put(key, known);
  }

  /** Of each model that has any; removes the slices that have left the horizon. */
  Map<String, Recent> byModel(long now) {
    Map<String, Recent> models = new TreeMap<>();
    for (KeyValue<String, Partial> entry : Entries.of(slices.all())) {
      Partial partial = entry.value;
      if (hasLeft(partial, now)) {
        slices.delete(entry.key);
        continue;
      }
      Recent recent = models.computeIfAbsent(partial.model(), Recent::none);
      recent.horizon().merge(partial);
      if (partial.start() + slice > now - LATELY * slice) {
        recent.lately().merge(partial);
      }
    }
    return models;
  }

  /** Removes all of a model's traffic. */
  void forget(String model) {
    Entries.of(slices.range(SliceKey.first(model), SliceKey.end(model)))
        .forEach(entry -> slices.delete(entry.key));
  }

  private boolean hasLeft(Partial partial, long now) {
    return partial.start() + slice <= now - horizon;
  }
}
