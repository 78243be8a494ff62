package io.clada.worker;

import io.clada.schemas.topics.Topics;
import io.clada.service.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.StreamsConfig;
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
 * @param admission what is taken in, and whose turn it is
 * @param patience with brokers, registry and engine
 * @param drainInterval {@code clada.drain.interval.ms}: between two times that the engine's output
 *     is taken; default 5 ms
 * @param kafka properties of Kafka Streams, its clients and the serdes, defaults included; holds no
 *     {@code state.dir} unless one was given
 * @param own the properties that start with {@code clada.}, defaults included
 */
public record WorkerConfig(
    String prefix,
    int partitions,
    short replication,
    boolean createTopics,
    AdmissionSettings admission,
    Patience patience,
    Duration drainInterval,
    Map<String, Object> kafka,
    Map<String, String> own) {

  /** Replication of a cluster that is not known yet. */
  static final short AS_BROKERS_ALLOW = 0;

  public WorkerConfig {
    kafka = Map.copyOf(kafka);
  }

  /**
   * Reads the settings of a .properties file.
   *
   * @throws io.clada.service.ServiceException naming the property that is missing or out of range
   */
  public static WorkerConfig of(Properties properties) {
    Settings settings = new Settings(properties);
    String prefix = settings.text("clada.topic.prefix", "clada");
    int replication =
        settings.wholeNumber("clada.replication.factor", AS_BROKERS_ALLOW, 1, Short.MAX_VALUE);
    AdmissionSettings admission = AdmissionSettings.of(settings);
    Map<String, Object> kafka =
        new HashMap<>(StreamsDefaults.of(prefix, replication, admission.maxStoredBytes()));
    kafka.putAll(settings.others());
    if (!kafka.containsKey("bootstrap.servers")) {
      throw new WorkerException(
          "bootstrap.servers is not set: name a broker, such as bootstrap.servers=localhost:9092");
    }
    return new WorkerConfig(
        prefix,
        settings.wholeNumber("clada.partitions", 8, 1, 100_000),
        (short) replication,
        settings.flag("clada.create.topics", true),
        admission,
        Patience.of(settings),
        Duration.ofMillis(settings.wholeNumber("clada.drain.interval.ms", 5, 1, 60_000)),
        Collections.unmodifiableMap(kafka),
        settings.inForce());
  }

  /** Every property in force, its secrets included: hide them before you show it. */
  public SortedMap<String, String> settings() {
    SortedMap<String, String> all = new TreeMap<>(own);
    kafka.forEach((key, value) -> all.put(key, String.valueOf(value)));
    return all;
  }

  /** Without Kafka's properties, which may hold secrets. */
  @Override
  public String toString() {
    return "WorkerConfig" + new TreeMap<>(own);
  }

  Topics topics() {
    return new Topics(prefix);
  }

  String bootstrapServers() {
    return String.valueOf(kafka.get("bootstrap.servers"));
  }

  /** Whether Kafka Streams runs with transactions. */
  boolean isExactlyOnce() {
    return StreamsConfig.EXACTLY_ONCE_V2.equals(
        kafka.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
  }

  String applicationId() {
    return String.valueOf(kafka.get("application.id"));
  }

  /**
   * Where the state is to be kept, or null to choose {@linkplain io.clada.service.StateSlot a free
   * folder}.
   */
  @Nullable Path stateDir() {
    Object dir = kafka.get("state.dir");
    return dir == null ? null : Path.of(dir.toString());
  }
}
