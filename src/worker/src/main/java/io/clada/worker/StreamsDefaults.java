package io.clada.worker;

import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Kafka Streams tuned for tokens that people wait for. Client settings stand without a prefix, so
 * that a user's own, with or without one ({@code linger.ms}, {@code producer.linger.ms}), win.
 */
final class StreamsDefaults {
  private StreamsDefaults() {}

  /** Kafka's own. */
  private static final int MAX_REQUEST_SIZE = 1 << 20;

  /**
   * @param maxStoredBytes the largest record that the worker writes
   */
  static Map<String, Object> of(String prefix, int replication, int maxStoredBytes) {
    return Map.ofEntries(
        Map.entry(StreamsConfig.APPLICATION_ID_CONFIG, prefix + "-worker"),
        Map.entry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2),
        Map.entry(StreamsConfig.REPLICATION_FACTOR_CONFIG, replication),
        // A token is visible to read_committed consumers once its transaction is committed.
        Map.entry(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 25),
        // A task has one partition, whose records wait for no other's. Asking every task at every
        // turn whether they do took a quarter of this thread's time.
        Map.entry(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED),
        // What one look at the engine brings goes to the broker together.
        Map.entry(ProducerConfig.LINGER_MS_CONFIG, 1),
        Map.entry(
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.max(MAX_REQUEST_SIZE, maxStoredBytes)),
        // How long a dead worker holds up its successor, and others' tokens in its partitions.
        Map.entry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 3_000),
        Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6_000),
        // How soon a member hears that others must go on with what another left.
        Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 500),
        // What a task leaves here when it moves on goes before it is too old to be gone on with.
        Map.entry(
            StreamsConfig.STATE_CLEANUP_DELAY_MS_CONFIG,
            Changelogs.MOST_IDLE.dividedBy(2).toMillis()),
        // A new worker is given partitions once it has copied their state, however many.
        Map.entry(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, 60_000),
        Map.entry(StreamsConfig.MAX_WARMUP_REPLICAS_CONFIG, 64));
  }
}
