package io.clada.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;

/** One look whether anybody is there, before Kafka Streams would wait for ever. */
final class Brokers {
  private Brokers() {}

  /**
   * Finds a broker, and creates missing topics where that is asked for.
   *
   * @return the cluster's id
   * @throws UnavailableException in one line, if nobody answers
   * @throws WorkerException in one line, naming the setting to look at
   */
  static String prepare(WorkerConfig config, Map<String, Object> adminConfig, Duration timeout) {
    long timeoutMs = timeout.toMillis();
    try (Admin admin = Admin.create(patient(adminConfig, timeoutMs))) {
      String cluster = admin.describeCluster().clusterId().get(timeoutMs, TimeUnit.MILLISECONDS);
      if (config.createTopics()) {
        createTopics(config, admin);
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

  private static void createTopics(WorkerConfig config, Admin admin) {
    try {
      config.topics().createMissing(admin, config.partitions(), config.replication());
    } catch (KafkaException e) {
      String message =
          "topics "
              + config.prefix()
              + ".* cannot be made ready (clada.partitions="
              + config.partitions()
              + ", clada.replication.factor="
              + config.replication()
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
    return message == null
        ? root.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
