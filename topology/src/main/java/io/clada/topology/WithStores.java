package io.clada.topology;

import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * A processor and the stores that are its own.
 *
 * <p>What changes every second is kept in memory and restored from its changelog, whose small
 * segments are compacted soon, so that a start reads megabytes. What stays is on disk, which also
 * keeps the identity of the process through a restart: the broker then fences its former self at
 * once. Both are cached, so that the many updates of an entry between two commits reach the
 * changelog once.
 */
record WithStores<KI, VI, KO, VO>(
    ProcessorSupplier<KI, VI, KO, VO> processor, Set<StoreBuilder<?>> stores)
    implements ProcessorSupplier<KI, VI, KO, VO> {
  private static final Map<String, String> CHANGELOG =
      Map.of(
          TopicConfig.SEGMENT_BYTES_CONFIG,
          Integer.toString(16 << 20),
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          "0.1");

  WithStores(ProcessorSupplier<KI, VI, KO, VO> processor, StoreBuilder<?>... stores) {
    this(processor, Set.of(stores));
  }

  @Override
  public Processor<KI, VI, KO, VO> get() {
    return processor.get();
  }

  static <V> StoreBuilder<?> inMemory(String name, Serde<V> serde) {
    return store(Stores.inMemoryKeyValueStore(name), serde);
  }

  static <V> StoreBuilder<?> persistent(String name, Serde<V> serde) {
    return store(Stores.persistentKeyValueStore(name), serde);
  }

  private static <V> StoreBuilder<?> store(KeyValueBytesStoreSupplier kind, Serde<V> serde) {
    return Stores.keyValueStoreBuilder(kind, Serdes.String(), serde)
        .withLoggingEnabled(CHANGELOG)
        .withCachingEnabled();
  }
}
