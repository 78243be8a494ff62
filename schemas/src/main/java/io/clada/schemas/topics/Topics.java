package io.clada.schemas.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;

/**
 * The topics under one prefix. Requests, tokens and telemetry are keyed by request id and must have
 * equal partition counts: a request's worker owns one partition of each, and is its only writer.
 */
public final class Topics {
  public static final String DEFAULT_PREFIX = "clada";

  /** How long a layer's former versions stay, for requests that are pinned to them. */
  private static final Duration BACKBONES_KEPT = Duration.ofHours(1);

  /** The segment that is written to is never compacted, and every worker reads it all. */
  private static final int BACKBONE_SEGMENT_BYTES = 16 << 20;

  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(30);
  private static final long POLL_MS = 20;

  private final String prefix;

  /**
   * @throws ConfigException if topics with that prefix would have names that Kafka refuses
   */
  public Topics(String prefix) {
    if (!prefix.matches("[a-zA-Z0-9._-]{1,200}")) {
      throw new ConfigException(
          "clada.topic.prefix", prefix, "use 1 to 200 letters, digits, dots, '_' and '-'");
    }
    this.prefix = prefix;
  }

  public String requests() {
    return prefix + ".requests";
  }

  public String tokens() {
    return prefix + ".tokens";
  }

  public String telemetry() {
    return prefix + ".telemetry";
  }

  public String neurons() {
    return prefix + ".neurons";
  }

  public String sparsity() {
    return prefix + ".sparsity";
  }

  public String thresholds() {
    return prefix + ".thresholds";
  }

  public String backbone() {
    return prefix + ".backbone";
  }

  public String deadLetter() {
    return prefix + ".dead-letter";
  }

  /**
   * Every topic as it is to be created.
   *
   * @param replication 1 for a single broker; above 1 a write needs two replicas
   *     (min.insync.replicas)
   */
  public List<NewTopic> catalogue(int partitions, short replication) {
    Map<String, Map<String, String>> topics = new LinkedHashMap<>();
    topics.put(requests(), deletedAfter(7));
    topics.put(tokens(), deletedAfter(1));
    topics.put(telemetry(), deletedAfter(7));
    topics.put(neurons(), deletedAfter(1));
    topics.put(sparsity(), deletedAfter(30));
    topics.put(thresholds(), compacted());
    topics.put(backbone(), readableFor(BACKBONES_KEPT));
    topics.put(deadLetter(), deletedAfter(30));
    return topics.entrySet().stream()
        .map(
            topic ->
                new NewTopic(topic.getKey(), partitions, replication)
                    .configs(withReplication(topic.getValue(), replication)))
        .toList();
  }

  /**
   * Creates the topics that don't exist, and returns when a broker knows them all. Those that exist
   * keep their configuration, and no right to create is needed if all do. Several processes may do
   * this at once.
   *
   * @throws ConfigException if requests, tokens or telemetry exist with another partition count
   * @throws KafkaException as the broker answered, if creation fails
   */
  public void createMissing(Admin admin, int partitions, short replication) {
    try {
      makeSure(admin, partitions, replication);
    } catch (AuthorizationException e) {
      throw new AuthorizationException(
          e.getMessage()
              + " Where this user is not to see or create every topic, create them beforehand and"
              + " set clada.create.topics=false; deploy/acls.csv lists the rights of each role",
          e);
    }
  }

  private void makeSure(Admin admin, int partitions, short replication) {
    Map<String, NewTopic> missing = new LinkedHashMap<>();
    catalogue(partitions, replication).forEach(topic -> missing.put(topic.name(), topic));
    Map<String, Integer> actual = new TreeMap<>(existing(admin, missing.keySet()));
    missing.keySet().removeAll(actual.keySet());
    create(admin, missing.values());

    Timer timer = Time.SYSTEM.timer(VISIBLE_WITHIN);
    while (!missing.isEmpty()) {
      actual.putAll(existing(admin, missing.keySet()));
      missing.keySet().removeAll(actual.keySet());
      if (!missing.isEmpty()) {
        if (timer.isExpired()) {
          throw new TimeoutException(
              "Topics "
                  + missing.keySet()
                  + " are created, but no broker knows them yet: try again");
        }
        timer.sleep(POLL_MS);
      }
    }
    checkPartitions(actual, partitions);
  }

  private static void create(Admin admin, Collection<NewTopic> topics) {
    admin
        .createTopics(topics)
        .values()
        .forEach(
            (topic, creation) -> {
              try {
                await(creation);
              } catch (TopicExistsException e) {
                // What is wanted, whoever made it.
              }
            });
  }

  /** Partition counts of those of the topics that the broker asked knows. */
  private static Map<String, Integer> existing(Admin admin, Collection<String> topics) {
    Map<String, Integer> partitions = new TreeMap<>();
    admin
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (topic, description) -> {
              try {
                partitions.put(topic, await(description).partitions().size());
              } catch (UnknownTopicOrPartitionException e) {
                // Not there, or not yet: a broker learns of a new topic a moment later.
              }
            });
    return partitions;
  }

  private void checkPartitions(Map<String, Integer> actual, int partitions) {
    List<String> equal = List.of(requests(), tokens(), telemetry());
    Map<String, Integer> wrong = new TreeMap<>(actual);
    wrong.keySet().retainAll(equal);
    wrong.values().removeIf(count -> count == partitions);
    if (!wrong.isEmpty()) {
      throw new ConfigException(
          "clada.partitions",
          partitions,
          "existing topics have other partition counts: "
              + wrong
              + ". "
              + equal
              + " must have equal counts: set clada.partitions to theirs, or use another"
              + " clada.topic.prefix");
    }
  }

  private static <T> T await(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }

  private static Map<String, String> deletedAfter(int days) {
    return Map.of(
        TopicConfig.CLEANUP_POLICY_CONFIG,
        TopicConfig.CLEANUP_POLICY_DELETE,
        TopicConfig.RETENTION_MS_CONFIG,
        Long.toString(Duration.ofDays(days).toMillis()));
  }

  private static Map<String, String> compacted() {
    return Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
  }

  private static Map<String, String> readableFor(Duration former) {
    Map<String, String> config = new TreeMap<>(compacted());
    config.put(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, Long.toString(former.toMillis()));
    config.put(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(BACKBONE_SEGMENT_BYTES));
    return config;
  }

  private static Map<String, String> withReplication(
      Map<String, String> config, short replication) {
    if (replication < 2) {
      return config;
    }
    Map<String, String> all = new TreeMap<>(config);
    all.put(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2");
    return all;
  }
}
