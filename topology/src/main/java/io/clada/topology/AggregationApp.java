package io.clada.topology;

import io.clada.schemas.topics.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The aggregation application: one instance of a Kafka Streams application that folds telemetry
 * into the fleet's thresholds and sparsity statistics. Instances with the same {@code
 * application.id} share the partitions.
 *
 * <p>Exactly once: a crash loses and doubles nothing that a read_committed consumer sees; windows
 * that were open go on from the last commit. Methods may be called from any thread.
 */
public final class AggregationApp implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AggregationApp.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(30);

  private final TopologyConfig config;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch ran = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable KafkaStreams streams;

  /** Contacts nobody. */
  public AggregationApp(TopologyConfig config) {
    this.config = config;
  }

  /**
   * Looks for the broker, creates the topics that are missing and starts; returns before the first
   * partition is assigned.
   *
   * @throws TopologyException if no broker answers in time, or a topic is missing
   * @throws KafkaException if one of Kafka's own properties is invalid, or the topics cannot be
   *     created or don't fit
   */
  public void start() {
    String cluster = prepareCluster();
    KafkaStreams started =
        new KafkaStreams(AggregationTopology.of(config), properties(config.kafkaOf(cluster)));
    streams = started;
    started.setUncaughtExceptionHandler(this::onFailure);
    started.setStateListener(
        (now, before) -> {
          if (now == KafkaStreams.State.RUNNING) {
            ran.countDown();
          }
          if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
            ran.countDown(); // nobody need wait any longer
            stopped.countDown();
          }
        });
    started.start();
  }

  private String prepareCluster() {
    Admin admin = admin();
    try {
      String cluster =
          admin
              .describeCluster()
              .clusterId()
              .get(config.startupTimeout().toMillis(), TimeUnit.MILLISECONDS);
      if (config.createTopics()) {
        config.topics().createMissing(admin, config.partitions(), config.replication());
      }
      requireTopics(admin.listTopics().names().get());
      return cluster;
    } catch (TimeoutException | ExecutionException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopologyException("interrupted while looking for a broker", e);
    } finally {
      admin.close(Duration.ZERO); // else it goes on looking for the broker for a minute
    }
  }

  /** Whether every thread has its partitions and its state. */
  public boolean isRunning() {
    KafkaStreams current = streams;
    return current != null && current.state() == KafkaStreams.State.RUNNING;
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
    KafkaStreams current = streams;
    if (current != null && !current.close(CLOSE_TIMEOUT)) {
      LOG.warn("The aggregation application did not stop within {}", CLOSE_TIMEOUT);
    }
    stopped.countDown();
  }

  private void requireTopics(Set<String> existing) {
    Topics topics = config.topics();
    List<String> missing =
        Stream.of(topics.telemetry(), topics.sparsity(), topics.thresholds(), topics.deadLetter())
            .filter(topic -> !existing.contains(topic))
            .toList();
    if (!missing.isEmpty()) {
      throw new TopologyException(
          "missing topics: "
              + String.join(", ", missing)
              + "; create them or set clada.create.topics=true");
    }
  }

  private StreamThreadExceptionResponse onFailure(Throwable thrown) {
    if (isRetriable(thrown)) {
      LOG.warn("Starting a new thread after {}", thrown.toString());
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

  private Admin admin() {
    try {
      return Admin.create(
          new StreamsConfig(config.kafka()).getAdminConfigs("clada-topology-start"));
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  private TopologyException unreachable(Exception e) {
    Throwable cause = e.getCause();
    return new TopologyException(
        "bootstrap.servers: no broker answers at %s (%s); is it running?"
            .formatted(
                config.bootstrapServers(),
                cause == null || cause.getMessage() == null
                    ? "waited " + config.startupTimeout().toMillis() + " ms"
                    : cause.getMessage()),
        e);
  }

  private static Properties properties(Map<String, Object> kafka) {
    Properties properties = new Properties();
    properties.putAll(kafka);
    return properties;
  }
}
