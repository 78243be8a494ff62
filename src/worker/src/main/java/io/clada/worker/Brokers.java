package io.clada.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;

/** One look whether anybody is there, before Kafka Streams would wait for ever. */
final class Brokers {
  private static final int WANTED_REPLICAS = 3;

  private Brokers() {}

  /**
   * What was found.
   *
   * @param id of the cluster
   * @param replication of the topics that are created, changelogs included
   */
  record Cluster(String id, short replication) {}

  /**
   * Finds a broker, and creates missing topics where that is asked for.
   *
   * @throws UnavailableException in one line, if nobody answers
   * @throws WorkerException in one line, naming the setting to look at
   */
  static Cluster prepare(WorkerConfig config, Map<String, Object> adminConfig, Duration timeout) {
    long timeoutMs = timeout.toMillis();
    try (Admin admin = Admin.create(patient(adminConfig, timeoutMs))) {
      DescribeClusterResult answer = admin.describeCluster();
      String id = answer.clusterId().get(timeoutMs, TimeUnit.MILLISECONDS);
      int brokers = answer.nodes().get(timeoutMs, TimeUnit.MILLISECONDS).size();
      Cluster cluster = new Cluster(id, replication(config, brokers));
      if (config.createTopics()) {
        createTopics(config, cluster, admin);
      }
      return cluster;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RetriableException
          ? nobody(config, e)
          : new WorkerException(
              "bootstrap.servers: " + config.bootstrapServers() + " refuses us: " + reason(e), e);
    } catch (TimeoutException e) {
      throw nobody(config, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerException("interrupted while looking for a broker", e);
    } catch (KafkaException e) {
      throw new WorkerException(
          "bootstrap.servers: " + config.bootstrapServers() + " cannot be used: " + reason(e), e);
    }
  }

  private static short replication(WorkerConfig config, int brokers) {
    return config.replication() == WorkerConfig.AS_BROKERS_ALLOW
        ? (short) Math.min(WANTED_REPLICAS, brokers)
        : config.replication();
  }

  private static void createTopics(WorkerConfig config, Cluster cluster, Admin admin) {
    try {
      config.topics().createMissing(admin, config.partitions(), cluster.replication());
    } catch (KafkaException e) {
      String message =
          "topics "
              + config.prefix()
              + ".* cannot be made ready (clada.partitions="
              + config.partitions()
              + ", clada.replication.factor="
              + cluster.replication()
              + "): "
              + e.getMessage();
      throw e instanceof RetriableException
          ? new UnavailableException(message, e)
          : new WorkerException(message, e);
    }
  }

  private static UnavailableException nobody(WorkerConfig config, Exception e) {
    return new UnavailableException(
        "bootstrap.servers: no broker answers at "
            + config.bootstrapServers()
            + " ("
            + reason(e)
            + "); is Kafka running there?",
        e);
  }

  private static Map<String, Object> patient(Map<String, Object> adminConfig, long timeoutMs) {
    Map<String, Object> config = new HashMap<>(adminConfig);
    int most = (int) Math.min(timeoutMs, Integer.MAX_VALUE);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, most);
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, most);
    return config;
  }

  private static String reason(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return message == null ? "no answer in time" : message.lines().findFirst().orElse("");
  }
}
