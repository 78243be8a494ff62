package io.clada.topology;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * What a store's iterator yields, copied so that the store may be changed while it is gone over.
 */
final class Entries {
  private Entries() {}

  static <K, V> List<KeyValue<K, V>> of(KeyValueIterator<K, V> iterator) {
    List<KeyValue<K, V>> entries = new ArrayList<>();
    try (iterator) {
      iterator.forEachRemaining(entries::add);
    }
    return entries;
  }

  static <V> List<V> values(KeyValueIterator<?, V> iterator) {
    List<V> values = new ArrayList<>();
    try (iterator) {
      iterator.forEachRemaining(entry -> values.add(entry.value));
    }
    return values;
  }
}
