package io.clada.topology;

import io.clada.schemas.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was found of a cluster before the application starts there.
 *
 * @param id of the cluster
 * @param replication of topics that are created
 * @param partitions of the topics between the stages
 * @param known what was published before
 */
record Cluster(String id, short replication, LocalStores.Partitions partitions, Known known) {
  private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
  private static final int WANTED_REPLICAS = 3;
  private static final Duration PAUSE = Duration.ofMillis(500);

  /**
   * Looks for the broker, creates the topics that are missing and reads what was published; while
   * broker or registry are away, again and again within {@link TopologyConfig#startupTimeout}.
   *
   * @param cancelled ends the waiting
   * @throws TopologyException if nobody answers in time, or a topic is missing
   * @throws KafkaException if one of Kafka's own properties is invalid, or the topics cannot be
   *     created or don't fit
   */
  static Cluster prepare(TopologyConfig config, CountDownLatch cancelled) {
    LOG.info("Looking for a broker at {}", config.bootstrapServers());
    Timer timer = Time.SYSTEM.timer(config.startupTimeout());
    while (true) {
      try {
        return look(config, timer);
      } catch (RetriableException e) {
        timer.update();
        if (timer.remainingMs() <= PAUSE.toMillis()) {
          throw new TopologyException(e.getMessage() + "; is it running?", e);
        }
        LOG.warn("{}; next look in {} ms", e.getMessage(), PAUSE.toMillis());
        pause(cancelled);
      }
    }
  }

  private static Cluster look(TopologyConfig config, Timer timer) {
    StreamsConfig settings = new StreamsConfig(config.kafka());
    Admin admin = admin(config, settings);
    try {
      DescribeClusterResult answer = admin.describeCluster();
      String id = answer.clusterId().get(timer.remainingMs(), TimeUnit.MILLISECONDS);
      int brokers = answer.nodes().get(timer.remainingMs(), TimeUnit.MILLISECONDS).size();
      short replication =
          config.replication() == TopologyConfig.AS_BROKERS_ALLOW
              ? (short) Math.min(WANTED_REPLICAS, brokers)
              : config.replication();
      if (config.createTopics()) {
        config.topics().createMissing(admin, config.partitions(), replication);
      }
      requireTopics(config.topics(), admin.listTopics().names().get());
      Map<String, Object> consumer =
          new HashMap<>(settings.getRestoreConsumerConfigs(config.applicationId() + "-start"));
      timer.update();
      Duration left = Duration.ofMillis(timer.remainingMs());
      return new Cluster(
          id, replication, partitions(config.topics(), admin), Known.read(config, consumer, left));
    } catch (TimeoutException | ExecutionException e) {
      throw unreachable(config, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopologyException("interrupted while looking for a broker", e);
    } finally {
      admin.close(Duration.ZERO); // else it goes on looking for the broker for a minute
    }
  }

  /** As Kafka Streams chooses them: as many as the source topic has that has most. */
  private static LocalStores.Partitions partitions(Topics topics, Admin admin)
      throws InterruptedException, ExecutionException {
    return new LocalStores.Partitions(
        most(admin, topics.telemetry(), topics.thresholds()), most(admin, topics.neurons()));
  }

  private static int most(Admin admin, String... topics)
      throws InterruptedException, ExecutionException {
    return admin.describeTopics(List.of(topics)).allTopicNames().get().values().stream()
        .mapToInt(topic -> topic.partitions().size())
        .max()
        .orElse(0);
  }

  private static void requireTopics(Topics topics, Set<String> existing) {
    List<String> missing =
        Stream.of(
                topics.telemetry(),
                topics.neurons(),
                topics.sparsity(),
                topics.thresholds(),
                topics.backbone(),
                topics.deadLetter())
            .filter(topic -> !existing.contains(topic))
            .toList();
    if (!missing.isEmpty()) {
      throw new TopologyException(
          "missing topics: "
              + String.join(", ", missing)
              + "; create them or set clada.create.topics=true");
    }
  }

  private static Admin admin(TopologyConfig config, StreamsConfig settings) {
    try {
      return Admin.create(settings.getAdminConfigs("clada-topology-start"));
    } catch (KafkaException e) {
      throw unreachable(config, e);
    }
  }

  private static TopologyException unreachable(TopologyConfig config, Exception e) {
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

  private static void pause(CountDownLatch cancelled) {
    try {
      if (cancelled.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TopologyException("stopped while starting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TopologyException("interrupted while starting", e);
    }
  }
}
