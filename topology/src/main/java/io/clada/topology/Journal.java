package io.clada.topology;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The records that a fold has taken in and not yet forwarded, so that the next owner of the task
 * can fold what a crash leaves. Each is written once, as it came: what it is folded into is far
 * larger than a record, and lives on the heap.
 *
 * <p>Not thread-safe.
 */
final class Journal<V> {
  private static final HexFormat HEX = HexFormat.of();
  private static final int DIGITS = 2 * Long.BYTES;

  private final KeyValueStore<String, V> store;
  private final List<String> keys = new ArrayList<>();
  private long next;

  Journal(KeyValueStore<String, V> store) {
    this.store = store;
  }

  /**
   * What is there already, in the order in which it was added; to be called first.
   *
   * @param action gets each record's event time in ms since the epoch, and the record
   */
  void replay(BiConsumer<Long, V> action) {
    for (KeyValue<String, V> entry : Entries.of(store.all())) {
      action.accept(HexFormat.fromHexDigitsToLong(entry.key, DIGITS, 2 * DIGITS), entry.value);
      keys.add(entry.key);
      next = HexFormat.fromHexDigitsToLong(entry.key, 0, DIGITS) + 1;
    }
  }

  /**
   * @param at event time, ms since the epoch
   */
  void add(long at, V record) {
    String key = HEX.toHexDigits(next++) + HEX.toHexDigits(at);
    store.put(key, record);
    keys.add(key);
  }

  int size() {
    return keys.size();
  }

  /** All of it has been forwarded. */
  void clear() {
    keys.forEach(store::delete);
    keys.clear();
  }
}
