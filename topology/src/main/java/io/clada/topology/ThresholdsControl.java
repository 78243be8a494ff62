package io.clada.topology;

import io.clada.schemas.PastThresholds;
import io.clada.schemas.Thresholds;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.jspecify.annotations.Nullable;

/**
 * An operator's hand on the fleet's thresholds. An order is a record in the topic of thresholds,
 * under a key of its own, that a running {@link AggregationApp} obeys within seconds: it publishes
 * the ordered values under the next version and forgets the traffic before. So each version has one
 * writer, and an order that was written is obeyed also if the application is down just then.
 *
 * <p>For one thread.
 */
public final class ThresholdsControl implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long PAUSE_MS = 200;

  private final String topic;
  private final Map<String, Object> producerConfig;
  private final Serde<Thresholds> values;
  private final CompactedTopic<Thresholds> table;
  private final Clock clock;
  private final Duration patience;

  /**
   * @param kafka properties of Kafka's clients and the Avro serdes
   */
  public ThresholdsControl(Properties kafka, Topics topics) {
    this(kafka, topics, Clock.systemUTC(), PATIENCE);
  }

  ThresholdsControl(Properties kafka, Topics topics, Clock clock, Duration patience) {
    Map<String, Object> settings = new HashMap<>();
    kafka.stringPropertyNames().forEach(name -> settings.put(name, kafka.getProperty(name)));
    this.topic = topics.thresholds();
    this.producerConfig = new HashMap<>(settings);
    this.producerConfig.put(ProducerConfig.ACKS_CONFIG, "all");
    this.values = new AvroSerdes(settings).values(Thresholds.class);
    this.table = new CompactedTopic<>(settings, topic, values.deserializer());
    this.clock = clock;
    this.patience = patience;
  }

  /**
   * What is in force, by model.
   *
   * @throws TopologyException if the topic cannot be read within 30 s
   */
  public Map<String, Thresholds> inForce() {
    Map<String, Thresholds> published = new TreeMap<>(table.readToEnd(patience));
    published.entrySet().removeIf(entry -> Order.isOrder(entry.getKey(), entry.getValue()));
    return published;
  }

  /**
   * What is in force for a model.
   *
   * @throws TopologyException naming the models that there are, if this is none
   */
  public Thresholds of(String model) {
    Map<String, Thresholds> all = inForce();
    Thresholds found = all.get(model);
    if (found == null) {
      throw new TopologyException(
          all.isEmpty()
              ? topic + " holds no thresholds yet: they come with the first traffic"
              : "no thresholds of a model '%s'; there are those of: %s"
                  .formatted(model, String.join(", ", all.keySet())));
    }
    return found;
  }

  /**
   * Goes back to the values that were in force at a version. The thresholds follow the traffic from
   * there on.
   *
   * @param operator who wants it
   * @return what is in force now
   * @throws TopologyException if the model or the version is not known any more, or no application
   *     obeys within 30 s
   */
  public Thresholds rollback(String model, long version, String operator) {
    Thresholds current = of(model);
    String reason = "rolled back to version %d by %s".formatted(version, operator);
    return order(current, at(current, version), false, operator, reason);
  }

  /**
   * Holds the values of a version whatever the traffic.
   *
   * @param version null: those in force
   * @return what is in force now
   * @throws TopologyException as for {@link #rollback}
   */
  public Thresholds pin(String model, @Nullable Long version, String operator) {
    Thresholds current = of(model);
    long wanted = version == null ? current.getVersion() : version;
    String reason = "pinned to version %d by %s".formatted(wanted, operator);
    return order(current, at(current, wanted), true, operator, reason);
  }

  /**
   * Lets the thresholds follow the traffic again, from the values in force.
   *
   * @return what is in force now
   * @throws TopologyException as for {@link #rollback}
   */
  public Thresholds unpin(String model, String operator) {
    Thresholds current = of(model);
    return order(
        current, at(current, current.getVersion()), false, operator, "unpinned by " + operator);
  }

  /** The values in force at a version. */
  private static PastThresholds at(Thresholds current, long version) {
    if (version > current.getVersion()) {
      throw new TopologyException(
          "model '%s': there is no version %d; the last is %d"
              .formatted(current.getModel(), version, current.getVersion()));
    }
    return ThresholdVersions.at(current, version)
        .orElseThrow(
            () ->
                new TopologyException(
                    "model '%s': version %d is not kept any more; those from %d on are"
                        .formatted(
                            current.getModel(), version, ThresholdVersions.oldest(current))));
  }

  private Thresholds order(
      Thresholds current, PastThresholds wanted, boolean pinned, String operator, String reason) {
    String model = current.getModel();
    Instant at = orderTime(current);
    write(
        Thresholds.newBuilder()
            .setModel(model)
            .setVersion(wanted.getVersion())
            .setSurprisal(wanted.getSurprisal())
            .setEntropy(wanted.getEntropy())
            .setPinned(pinned)
            .setOperator(operator)
            .setReason(reason)
            .setComputedAt(at)
            .build());
    Timer timer = Time.SYSTEM.timer(patience);
    while (timer.notExpired()) {
      Thresholds now = of(model);
      if (!now.getOrderedAt().isBefore(at)) {
        return now;
      }
      timer.sleep(PAUSE_MS);
    }
    throw new TopologyException(
        "the order is written, but no topology obeyed it within %d s: is 'clada topology' running?"
            .formatted(patience.toSeconds()));
  }

  /** Later than every order before, also where another operator's clock is ahead. */
  private Instant orderTime(Thresholds current) {
    Thresholds before = table.readToEnd(patience).get(Order.key(current.getModel()));
    long last =
        Math.max(
            current.getOrderedAt().toEpochMilli(),
            before == null ? 0 : before.getComputedAt().toEpochMilli());
    return Instant.ofEpochMilli(Math.max(clock.millis(), last + 1));
  }

  private void write(Thresholds order) {
    try (Producer<String, Thresholds> producer =
        new KafkaProducer<>(producerConfig, new StringSerializer(), values.serializer())) {
      producer.send(new ProducerRecord<>(topic, Order.key(order.getModel()), order)).get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e.getCause());
    }
  }

  @Override
  public void close() {
    table.close();
  }
}
