package io.clada.topology;

import io.clada.service.Health;
import io.clada.service.StateSlot;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The aggregation application: one instance of a Kafka Streams application that folds telemetry
 * into the fleet's thresholds, backbone and sparsity statistics. Instances with the same {@code
 * application.id} share the partitions.
 *
 * <p>Exactly once: a crash loses and doubles nothing that a read_committed consumer sees; windows
 * that were open go on from the last commit. Methods may be called from any thread.
 */
public final class AggregationApp implements Health, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AggregationApp.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final TopologyConfig config;
  private final MeterRegistry registry;
  private final TopologyMetrics metrics;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch ran = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable KafkaStreams streams;
  private volatile LocalStores.Partitions partitions = new LocalStores.Partitions(0, 0);
  private @Nullable KafkaStreamsMetrics streamsMetrics;
  private @Nullable StateSlot slot;

  /** Contacts nobody, and keeps its metrics to itself. */
  public AggregationApp(TopologyConfig config) {
    this(config, new SimpleMeterRegistry());
  }

  /**
   * Contacts nobody.
   *
   * @param registry gets the meters that {@code docs/topology.md} lists
   */
  public AggregationApp(TopologyConfig config, MeterRegistry registry) {
    this.config = config;
    this.registry = registry;
    this.metrics = new TopologyMetrics(registry);
  }

  /** Kafka Streams' own description of what runs with these settings; contacts nobody. */
  public static String describe(TopologyConfig config) {
    return AggregationTopology.of(
            config, Known.NOTHING, new TopologyMetrics(new SimpleMeterRegistry()))
        .describe()
        .toString();
  }

  /**
   * Looks for the broker, creates the topics that are missing and starts; returns before the first
   * partition is assigned.
   *
   * @throws TopologyException if broker or registry do not answer in time, a topic is missing, or
   *     the state folder cannot be used
   * @throws org.apache.kafka.common.KafkaException if one of Kafka's own properties is invalid, or
   *     the topics cannot be created or don't fit
   */
  public void start() {
    Cluster cluster = Cluster.prepare(config, closing);
    synchronized (this) {
      if (closing.getCount() == 0) {
        throw new TopologyException("stopped while starting");
      }
      KafkaStreams started =
          new KafkaStreams(
              AggregationTopology.of(config, cluster.known(), metrics), properties(cluster));
      partitions = cluster.partitions();
      streams = started;
      streamsMetrics = new KafkaStreamsMetrics(started);
      streamsMetrics.bindTo(registry);
      started.setUncaughtExceptionHandler(this::onFailure);
      started.setStateListener((now, before) -> onState(now));
      started.start();
    }
  }

  private void onState(KafkaStreams.State now) {
    if (now == KafkaStreams.State.RUNNING) {
      ran.countDown();
    }
    if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
      ran.countDown(); // nobody need wait any longer
      stopped.countDown();
    }
  }

  /** Whether every thread has its partitions and its state. */
  public boolean isRunning() {
    return whyNotReady() == null;
  }

  @Override
  public @Nullable String whyDead() {
    Throwable died = failure.get();
    if (died != null) {
      return String.valueOf(died);
    }
    return closing.getCount() == 0 ? "closed" : null;
  }

  @Override
  public @Nullable String whyNotReady() {
    String dead = whyDead();
    KafkaStreams current = streams;
    if (dead != null || current == null) {
      return dead == null ? "looking for broker and registry" : dead;
    }
    KafkaStreams.State state = current.state();
    return state == KafkaStreams.State.RUNNING ? null : "Kafka Streams is " + state;
  }

  /** What this instance holds, for people; null while it is not ready. */
  @Nullable StatusPages pages() {
    KafkaStreams current = streams;
    return current == null || whyNotReady() != null
        ? null
        : new StatusPages(new LocalStores(current, partitions), config.windows());
  }

  /**
   * Waits until the first partitions are assigned and restored.
   *
   * @return false if that takes longer
   * @throws TopologyException if it stopped because of an error, which is the cause
   */
  public boolean awaitRunning(Duration atMost) throws InterruptedException {
    boolean soon = ran.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    throwIfFailed();
    return soon;
  }

  /**
   * Returns once the application has been closed.
   *
   * @throws TopologyException if it stopped because of an error, which is the cause
   */
  public void awaitTermination() throws InterruptedException {
    stopped.await();
    throwIfFailed();
  }

  private void throwIfFailed() {
    Throwable cause = failure.get();
    if (cause != null) {
      throw new TopologyException("the aggregation application stopped: " + cause, cause);
    }
  }

  /** Commits and leaves; at most 30 seconds. Closing again does nothing. */
  @Override
  public void close() {
    closing.countDown();
    stop();
    ran.countDown();
    stopped.countDown();
  }

  private synchronized void stop() {
    KafkaStreams current = streams;
    // Kafka Streams stays in the group otherwise, and nobody goes on until its session expires.
    if (current != null
        && !current.close(
            CloseOptions.timeout(CLOSE_TIMEOUT)
                .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP))) {
      LOG.warn("The aggregation application did not stop within {}", CLOSE_TIMEOUT);
    }
    if (streamsMetrics != null) {
      streamsMetrics.close();
    }
    if (slot != null) {
      slot.close();
      slot = null;
    }
  }

  private StreamThreadExceptionResponse onFailure(Throwable thrown) {
    if (isRetriable(thrown)) {
      LOG.warn("Starting a new thread after {}", thrown.toString());
      metrics.threadReplaced();
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    LOG.error("Stopping the aggregation application", thrown);
    failure.compareAndSet(null, thrown);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private static boolean isRetriable(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) {
        return true;
      }
    }
    return false;
  }

  /** State belongs to a cluster: what was stored for another one would come to life in this. */
  private Properties properties(Cluster cluster) {
    Map<String, Object> all = new HashMap<>(config.kafka());
    if (!all.containsKey(StreamsConfig.STATE_DIR_CONFIG)) {
      StateSlot claimed = StateSlot.claim("topology", cluster.id(), config.applicationId());
      slot = claimed;
      all.put(StreamsConfig.STATE_DIR_CONFIG, claimed.folder().toString());
    }
    all.replace(
        StreamsConfig.REPLICATION_FACTOR_CONFIG,
        (int) TopologyConfig.AS_BROKERS_ALLOW,
        (int) cluster.replication());
    all.put(TopologyMetrics.CONFIG, metrics);
    Properties properties = new Properties();
    properties.putAll(all);
    return properties;
  }
}
