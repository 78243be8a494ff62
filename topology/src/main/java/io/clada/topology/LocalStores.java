package io.clada.topology;

import java.util.List;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The part of the application's state that this instance holds, for reading while it runs. Entries
 * may be of different moments, up to a commit apart from what others see.
 */
final class LocalStores {
  private final KafkaStreams streams;
  private final Partitions partitions;

  /** Of the topics between the stages, as the topics they come from have them. */
  record Partitions(int updates, int layers) {}

  LocalStores(KafkaStreams streams, Partitions partitions) {
    this.streams = streams;
    this.partitions = partitions;
  }

  /**
   * Which part of the whole it is.
   *
   * @param held partitions of the stage that an answer comes from
   * @param all how many there are, over all instances
   */
  record Share(List<Integer> held, int all) {
    boolean isWhole() {
      return held.size() == all;
    }
  }

  /** Of thresholds and windows. */
  Share updates() {
    return share("-updates-repartition", partitions.updates);
  }

  /** Of the backbone. */
  Share layers() {
    return share("-layers-repartition", partitions.layers);
  }

  private Share share(String internalTopic, int all) {
    TreeSet<Integer> held = new TreeSet<>();
    streams.metadataForLocalThreads().stream()
        .flatMap(thread -> thread.activeTasks().stream())
        .flatMap(task -> task.topicPartitions().stream())
        .filter(partition -> partition.topic().endsWith(internalTopic))
        .map(TopicPartition::partition)
        .forEach(held::add);
    return new Share(List.copyOf(held), all);
  }

  /**
   * Goes over a store's values.
   *
   * @throws org.apache.kafka.streams.errors.InvalidStateStoreException while partitions move
   */
  <V> void forEach(String store, Consumer<V> action) {
    try (KeyValueIterator<String, V> all = this.<V>open(store).all()) {
      all.forEachRemaining(entry -> action.accept(entry.value));
    }
  }

  /**
   * How far a model's statistics have come, if this instance holds it.
   *
   * @throws org.apache.kafka.streams.errors.InvalidStateStoreException while partitions move
   */
  @Nullable Progress progress(String model) {
    return this.<Progress>open(WindowStats.PROGRESS).get(model);
  }

  private <V> ReadOnlyKeyValueStore<String, V> open(String store) {
    return streams.store(
        StoreQueryParameters.fromNameAndType(
            store, QueryableStoreTypes.<String, V>keyValueStore()));
  }
}
