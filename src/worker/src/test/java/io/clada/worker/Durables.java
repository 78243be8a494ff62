package io.clada.worker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.test.TestRecord;

/**
 * What outlives a worker: stores and topics, as of the last commit, and what was written since. A
 * crash loses all of the latter where there are transactions; without, it keeps the first so many
 * writes to each store and topic, each its own number.
 */
final class Durables {
  /** In use by the worker that lives now. */
  final Map<String, NavigableMap<Bytes, byte[]>> stores = new HashMap<>();

  private final Map<String, NavigableMap<Bytes, byte[]>> committedStores = new HashMap<>();
  private final Map<String, List<Write>> storeWrites = new HashMap<>();
  private final List<Topic<?>> topics = new ArrayList<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Write(Bytes key, byte[] value) {}

  /** One output topic. */
  static final class Topic<T extends TestRecord<?, ?>> {
    private final List<T> committed;
    private final List<T> written = new ArrayList<>();

    private Topic(List<T> committed) {
      this.committed = committed;
    }

    void write(List<? extends T> records) {
      written.addAll(records);
    }

    private void keep(int first) {
      committed.addAll(written.subList(0, first));
      written.clear();
    }
  }

  /**
   * @param committed what a read_committed consumer sees
   */
  <T extends TestRecord<?, ?>> Topic<T> topic(List<T> committed) {
    Topic<T> topic = new Topic<>(committed);
    topics.add(topic);
    return topic;
  }

  SharedStore store(String name) {
    List<Write> writes = storeWrites.computeIfAbsent(name, n -> new ArrayList<>());
    return new SharedStore(
        name,
        stores.computeIfAbsent(name, n -> new TreeMap<>()),
        (key, value) -> writes.add(new Write(key, value)));
  }

  void commit() {
    stores.forEach((name, content) -> committedStores.put(name, new TreeMap<>(content)));
    storeWrites.values().forEach(List::clear);
    topics.forEach(topic -> topic.keep(topic.written.size()));
  }

  void crash() {
    crash(most -> 0);
  }

  void crashWithoutTransactions(Random random) {
    crash(most -> random.nextInt(most + 1));
  }

  private void crash(java.util.function.IntUnaryOperator kept) {
    stores.forEach(
        (name, content) -> {
          content.clear();
          content.putAll(committedStores.getOrDefault(name, new TreeMap<>()));
          List<Write> writes = storeWrites.get(name);
          writes.subList(0, kept.applyAsInt(writes.size())).forEach(write -> apply(content, write));
        });
    topics.forEach(topic -> topic.keep(kept.applyAsInt(topic.written.size())));
    commit();
  }

  private static void apply(Map<Bytes, byte[]> content, Write write) {
    if (write.value() == null) {
      content.remove(write.key());
    } else {
      content.put(write.key(), write.value());
    }
  }
}
