package io.clada.topology;

import io.clada.schemas.topics.Topics;
import io.clada.service.Settings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Settings of the {@link AggregationApp}, from the same .properties file as Kafka's own. What does
 * not start with {@code clada.} belongs to Kafka Streams, its clients and the Avro serdes and is
 * passed through, over the defaults below; {@code bootstrap.servers} and {@code
 * schema.registry.url} have none.
 *
 * <table>
 * <caption>Properties and defaults</caption>
 * <tr><th>property</th><th>default</th><th>meaning</th></tr>
 * <tr><td>clada.topic.prefix</td><td>clada</td><td>of every topic's name</td></tr>
 * <tr><td>clada.partitions</td><td>8</td><td>of the topics that are created</td></tr>
 * <tr><td>clada.replication.factor</td><td>3, or as many as there are brokers</td>
 *     <td>of the topics that are created, changelogs included</td></tr>
 * <tr><td>clada.create.topics</td><td>true</td><td>create missing topics at the start</td></tr>
 * <tr><td>clada.startup.timeout.ms</td><td>60000</td>
 *     <td>how long to look for a broker and a registry</td></tr>
 * <tr><td>clada.partials.interval.ms</td><td>1000</td>
 *     <td>how often a task forwards what it has folded</td></tr>
 * <tr><td>clada.slice.ms</td><td>15000</td>
 *     <td>length of the sub-windows of the horizon; divides the window and the horizon</td></tr>
 * <tr><td>clada.sparsity.window.ms</td><td>60000</td><td>length of a statistics window</td></tr>
 * <tr><td>clada.sparsity.long.window.ms</td><td>3600000</td>
 *     <td>length of a long one, a multiple</td></tr>
 * <tr><td>clada.sparsity.grace.ms</td><td>30000</td>
 *     <td>how long a window stays open for late records, and after how long a silent partition is no
 *     longer waited for; less than a failover takes (about 15 s) counts records as late</td></tr>
 * <tr><td>clada.sparsity.by</td><td></td>
 *     <td>{@code mode}, {@code tenant} or both: statistics of each as well, beside the whole</td></tr>
 * <tr><td>clada.sparsity.max.tenants</td><td>100</td>
 *     <td>in a window of a model; further ones share the row of tenant {@code *}</td></tr>
 * <tr><td>clada.thresholds.horizon.ms</td><td>300000</td>
 *     <td>how far back the thresholds look</td></tr>
 * <tr><td>clada.thresholds.interval.ms</td><td>5000</td>
 *     <td>how often they are computed</td></tr>
 * <tr><td>clada.thresholds.surprisal.quantile</td><td>0.7</td><td>0 to 1</td></tr>
 * <tr><td>clada.thresholds.entropy.quantile</td><td>0.7</td><td>0 to 1</td></tr>
 * <tr><td>clada.thresholds.hysteresis</td><td>0.05</td>
 *     <td>share of its value that a threshold must have moved by to be published again</td></tr>
 * <tr><td>clada.thresholds.min.samples</td><td>200</td>
 *     <td>tokens within the horizon that must back them</td></tr>
 * <tr><td>clada.thresholds.first.surprisal, clada.thresholds.first.entropy</td><td>0.3</td>
 *     <td>of a model of which nothing is known</td></tr>
 * <tr><td>clada.backbone.half.life.ms</td><td>3600000</td>
 *     <td>after which a request weighs half in the backbone</td></tr>
 * <tr><td>clada.backbone.partials.interval.ms</td><td>5000</td>
 *     <td>how often a task forwards what it has added up</td></tr>
 * <tr><td>clada.backbone.interval.ms</td><td>30000</td>
 *     <td>shortest time between two versions of a layer</td></tr>
 * <tr><td>clada.backbone.hysteresis</td><td>0.02</td>
 *     <td>share of a layer's energy that must have moved to other neurons</td></tr>
 * <tr><td>clada.backbone.min.requests</td><td>20</td><td>that must back it</td></tr>
 * <tr><td>clada.elastic.enabled</td><td>false</td>
 *     <td>let the keep-ratio offset follow the fleet's load</td></tr>
 * <tr><td>clada.elastic.max.offset</td><td>0.3</td><td>largest offset, 0 to 1</td></tr>
 * <tr><td>clada.elastic.step</td><td>0.05</td><td>by which it changes</td></tr>
 * <tr><td>clada.elastic.waiting.limit</td><td>0.5</td>
 *     <td>requests that may wait for each one that runs</td></tr>
 * <tr><td>clada.elastic.time.per.token.limit.ms</td><td>200</td>
 *     <td>mean time that a token after the first may take: five a second, as people read</td></tr>
 * <tr><td>clada.elastic.patience.ms</td><td>60000</td>
 *     <td>how long the fleet must be calm, under a third of both limits, before a raise</td></tr>
 * <tr><td>application.id</td><td>&lt;prefix&gt;-topology</td>
 *     <td>one per fleet: instances with the same id share the work</td></tr>
 * <tr><td>processing.guarantee</td><td>exactly_once_v2</td><td></td></tr>
 * <tr><td>commit.interval.ms</td><td>1000</td><td></td></tr>
 * <tr><td>state.dir</td><td>~/.local/state/clada/topology/&lt;cluster id&gt;/&lt;application.id&gt;/N
 *     </td><td>the first that no other process uses; one that is given is one process's</td></tr>
 * <tr><td>session.timeout.ms</td><td>6000</td>
 *     <td>after which the tasks of a dead instance move</td></tr>
 * <tr><td>errors.dead.letter.queue.topic.name</td><td>&lt;prefix&gt;.dead-letter</td>
 *     <td>KIP-1034</td></tr>
 * </table>
 */
public final class TopologyConfig {
  /** Replication factor that the number of brokers decides. */
  static final short AS_BROKERS_ALLOW = -1;

  private final Topics topics;
  private final int partitions;
  private final short replication;
  private final boolean createTopics;
  private final Duration startupTimeout;
  private final Duration partialsInterval;
  private final Duration slice;
  private final WindowRule windows;
  private final HorizonRule horizon;
  private final BackboneRule backbone;
  private final Map<String, Object> kafka;
  private final Map<String, String> own;

  private TopologyConfig(Settings settings) {
    String prefix = settings.text("clada.topic.prefix", Topics.DEFAULT_PREFIX);
    topics = new Topics(prefix);
    partitions = settings.wholeNumber("clada.partitions", 8, 1, 100_000);
    replication =
        settings.has("clada.replication.factor")
            ? (short) settings.wholeNumber("clada.replication.factor", 3, 1, Short.MAX_VALUE)
            : AS_BROKERS_ALLOW;
    createTopics = settings.flag("clada.create.topics", true);
    startupTimeout = settings.millis("clada.startup.timeout.ms", Duration.ofMinutes(1));
    partialsInterval = settings.millis("clada.partials.interval.ms", Duration.ofSeconds(1));
    slice = settings.millis("clada.slice.ms", Duration.ofSeconds(15));
    windows = WindowRule.of(settings, slice);
    horizon = HorizonRule.of(settings, slice);
    backbone = BackboneRule.of(settings);
    Map<String, Object> all = defaults(prefix);
    all.putAll(settings.others());
    kafka = Map.copyOf(all);
    own = settings.inForce();
    for (String required : new String[] {"bootstrap.servers", "schema.registry.url"}) {
      if (!kafka.containsKey(required)) {
        throw new TopologyException(required + " is not set");
      }
    }
  }

  /**
   * Reads the settings of a .properties file.
   *
   * @throws io.clada.service.ServiceException naming the property that is missing or out of range
   * @throws org.apache.kafka.common.config.ConfigException if the topic prefix is invalid
   */
  public static TopologyConfig of(Properties properties) {
    return new TopologyConfig(new Settings(properties));
  }

  private Map<String, Object> defaults(String prefix) {
    Map<String, Object> defaults = new HashMap<>();
    defaults.put(StreamsConfig.APPLICATION_ID_CONFIG, prefix + "-topology");
    defaults.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    defaults.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 1000);
    defaults.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) replication);
    defaults.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 6000);
    defaults.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 2000);
    defaults.put(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, topics.deadLetter());
    defaults.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG,
        UndecodableRecordHandler.class);
    defaults.put(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, MalformedTelemetryHandler.class);
    return defaults;
  }

  Topics topics() {
    return topics;
  }

  int partitions() {
    return partitions;
  }

  short replication() {
    return replication;
  }

  boolean createTopics() {
    return createTopics;
  }

  Duration startupTimeout() {
    return startupTimeout;
  }

  Duration partialsInterval() {
    return partialsInterval;
  }

  Duration slice() {
    return slice;
  }

  WindowRule windows() {
    return windows;
  }

  HorizonRule horizon() {
    return horizon;
  }

  BackboneRule backbone() {
    return backbone;
  }

  /** Every property in force, its secrets included: hide them before you show it. */
  public SortedMap<String, String> settings() {
    SortedMap<String, String> all = new TreeMap<>(own);
    kafka.forEach(
        (key, value) ->
            all.put(key, value instanceof Class<?> type ? type.getName() : String.valueOf(value)));
    return all;
  }

  /** Properties of Kafka Streams, its clients and the serdes, defaults included. */
  Map<String, Object> kafka() {
    return kafka;
  }

  String applicationId() {
    return String.valueOf(kafka.get(StreamsConfig.APPLICATION_ID_CONFIG));
  }

  String bootstrapServers() {
    return String.valueOf(kafka.get(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG));
  }
}
