package io.clada.cli;

import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Says plainly what is wrong with a Kafka cluster before anything is built upon it. */
final class Cluster {
  private static final String TIMEOUT = "default.api.timeout.ms";
  private static final int DEFAULT_TIMEOUT_MS = 6_000;

  private final Properties properties;
  private final int timeoutMs;

  Cluster(Properties properties) {
    this.properties = properties;
    String given = properties.getProperty(TIMEOUT, String.valueOf(DEFAULT_TIMEOUT_MS));
    try {
      timeoutMs = Integer.parseInt(given);
    } catch (NumberFormatException e) {
      throw new CliException(TIMEOUT + ": '" + given + "' is not a whole number", e);
    }
  }

  /**
   * @return how many brokers there are
   * @throws CliException if none answers within {@code default.api.timeout.ms} (6 s), or the
   *     settings are wrong
   */
  int brokers() throws InterruptedException {
    try (Admin admin = admin()) {
      return admin.describeCluster().nodes().get(timeoutMs, TimeUnit.MILLISECONDS).size();
    } catch (ExecutionException | TimeoutException e) {
      throw unreachable(e);
    }
  }

  /**
   * @throws CliException if the topic does not exist, or no broker answers
   */
  void requireTopic(String topic) throws InterruptedException {
    try (Admin admin = admin()) {
      admin.describeTopics(Set.of(topic)).allTopicNames().get(timeoutMs, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        throw new CliException(
            "topic " + topic + " does not exist: start a worker, which creates the topics", e);
      }
      throw unreachable(e);
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  private Admin admin() {
    Properties settings = new Properties();
    settings.putAll(properties);
    settings.put(TIMEOUT, timeoutMs);
    settings.put("request.timeout.ms", timeoutMs);
    try {
      return Admin.create(settings);
    } catch (KafkaException e) {
      Throwable reason = e; // the outer ones only say that no client could be made
      while (reason.getCause() != null) {
        reason = reason.getCause();
      }
      throw new CliException(
          "Kafka at " + properties.getProperty("bootstrap.servers") + ": " + reason.getMessage(),
          e);
    }
  }

  private CliException unreachable(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    String why =
        cause instanceof org.apache.kafka.common.errors.TimeoutException
                || cause instanceof TimeoutException
            ? ""
            : " (" + cause.getMessage() + ")";
    return new CliException(
        "no Kafka broker answers at "
            + properties.getProperty("bootstrap.servers")
            + why
            + ": start one with 'clada up', or name yours with --bootstrap-servers",
        e);
  }
}
