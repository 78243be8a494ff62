package io.clada.worker;

import io.clada.schemas.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a {@link Worker}. What starts with {@code clada.} is read here; everything else
 * belongs to Kafka Streams, its clients and the Avro serdes and is passed through, over the
 * defaults of {@link StreamsDefaults}.
 *
 * @param prefix {@code clada.topic.prefix}: of every topic's name; default clada
 * @param partitions {@code clada.partitions}: of the topics that are created; default 8
 * @param replication {@code clada.replication.factor}: of the topics that are created, changelogs
 *     included; default {@link #AS_BROKERS_ALLOW}, which is 3, or as many as there are brokers
 * @param createTopics {@code clada.create.topics}: create the topics that are missing at the start;
 *     default true
 * @param maxQueuedRequests {@code clada.max.queued.requests}: requests, queued or running, that one
 *     partition of the requests' topic may have in this worker; one more is answered OVERLOADED;
 *     default 1000
 * @param patience with brokers, registry and engine
 * @param drainInterval {@code clada.drain.interval.ms}: how often the engine's output is taken;
 *     default 5 ms
 * @param kafka properties of Kafka Streams, its clients and the serdes, defaults included; holds no
 *     {@code state.dir} unless one was given
 */
public record WorkerConfig(
    String prefix,
    int partitions,
    short replication,
    boolean createTopics,
    int maxQueuedRequests,
    Patience patience,
    Duration drainInterval,
    Map<String, Object> kafka) {

  /** Replication of a cluster that is not known yet. */
  static final short AS_BROKERS_ALLOW = 0;

  private static final String OWN = "clada.";

  public WorkerConfig {
    kafka = Map.copyOf(kafka);
  }

  /**
   * Reads the settings of a .properties file.
   *
   * @throws WorkerException naming the property that is missing or out of range
   */
  public static WorkerConfig of(Properties properties) {
    Map<String, String> given = strings(properties);
    String prefix = given.getOrDefault("clada.topic.prefix", "clada");
    int replication =
        integer(given, "clada.replication.factor", AS_BROKERS_ALLOW, 1, Short.MAX_VALUE);
    Map<String, Object> kafka = new HashMap<>(StreamsDefaults.of(prefix, replication));
    given.forEach(
        (key, value) -> {
          if (!key.startsWith(OWN)) {
            kafka.put(key, value);
          }
        });
    if (!kafka.containsKey("bootstrap.servers")) {
      throw new WorkerException(
          "bootstrap.servers is not set: name a broker, such as bootstrap.servers=localhost:9092");
    }
    return new WorkerConfig(
        prefix,
        integer(given, "clada.partitions", 8, 1, 100_000),
        (short) replication,
        bool(given, "clada.create.topics", true),
        integer(given, "clada.max.queued.requests", 1000, 1, Integer.MAX_VALUE),
        Patience.of(new Given(properties)),
        Duration.ofMillis(integer(given, "clada.drain.interval.ms", 5, 1, 60_000)),
        Collections.unmodifiableMap(kafka));
  }

  Topics topics() {
    return new Topics(prefix);
  }

  String bootstrapServers() {
    return String.valueOf(kafka.get("bootstrap.servers"));
  }

  String applicationId() {
    return String.valueOf(kafka.get("application.id"));
  }

  /** Where the state is to be kept, or null to choose {@linkplain StateSlot a free folder}. */
  @Nullable Path stateDir() {
    Object dir = kafka.get("state.dir");
    return dir == null ? null : Path.of(dir.toString());
  }

  private static Map<String, String> strings(Properties properties) {
    Map<String, String> strings = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      strings.put(name, properties.getProperty(name));
    }
    return strings;
  }

  private static int integer(
      Map<String, String> given, String key, int fallback, int min, int max) {
    String text = given.get(key);
    if (text == null) {
      return fallback;
    }
    try {
      int value = Integer.parseInt(text.trim());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new WorkerException(
        key + ": '" + text + "' is not a whole number from " + min + " to " + max);
  }

  private static boolean bool(Map<String, String> given, String key, boolean fallback) {
    String text = given.get(key);
    if (text == null) {
      return fallback;
    }
    return switch (text.trim()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new WorkerException(key + ": '" + text + "' is neither true nor false");
    };
  }
}
