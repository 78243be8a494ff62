package io.clada.client;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * All that a fleet publishes, of every request: tokens and load telemetry as they are committed,
 * and what the aggregation makes of them. It is for the eye: records that cannot be read are passed
 * over, and a feed that falls behind what the brokers keep goes on at the end.
 */
public final class FleetFeed implements AutoCloseable {
  /**
   * Called on the feed's own thread, which reads no further until it returns. An exception ends the
   * feed.
   */
  public interface Listener {
    void token(TokenEvent event, Instant written);

    void telemetry(LoadTelemetry window, Instant written);

    void statistics(SparsityStats window);

    /** What is in force for a model: the latest that was published, then each change. */
    void thresholds(Thresholds thresholds);

    /**
     * Whether the feed can be read, each time that it was found out.
     *
     * @param trouble why not, for people; null: all is well
     */
    void checked(@Nullable String trouble);
  }

  private final FeedReader reader;

  private FleetFeed(FeedReader reader) {
    this.reader = reader;
  }

  /**
   * Begins to read. Where brokers or topics are not there, it says so and tries again for as long
   * as it is open.
   *
   * @param kafka as for {@link CladaClient#builder}
   * @param past how far back tokens and telemetry are read from
   * @param statisticsPast how far back windows of statistics are read from
   * @throws org.apache.kafka.common.KafkaException if a property is wrong
   */
  public static FleetFeed open(
      Map<String, ?> kafka, Duration past, Duration statisticsPast, Listener listener) {
    Map<String, Object> config = CladaClientBuilder.consumerSettings(kafka, Reading.FINAL);
    config.put("auto.offset.reset", "latest");
    Topics topics =
        new Topics(
            String.valueOf(config.getOrDefault("clada.topic.prefix", Topics.DEFAULT_PREFIX)));
    AvroSerdes serdes = new AvroSerdes(kafka);
    Map<String, FeedTopic<?>> read = new HashMap<>();
    read.put(
        topics.tokens(),
        new FeedTopic<>(
            past,
            serdes.values(TokenEvent.class).deserializer(),
            (key, event, written) -> listener.token(event, written)));
    read.put(
        topics.telemetry(),
        new FeedTopic<>(
            past,
            serdes.values(LoadTelemetry.class).deserializer(),
            (key, window, written) -> listener.telemetry(window, written)));
    read.put(
        topics.sparsity(),
        new FeedTopic<>(
            statisticsPast,
            serdes.values(SparsityStats.class).deserializer(),
            (key, window, written) -> listener.statistics(window)));
    read.put(
        topics.thresholds(),
        new FeedTopic<>(
            null,
            serdes.values(Thresholds.class).deserializer(),
            (key, thresholds, written) -> {
              if (thresholds.getModel().equals(key)) { // else it is an operator's order
                listener.thresholds(thresholds);
              }
            }));
    Supplier<Consumer<String, byte[]>> consumers =
        () -> new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    return new FleetFeed(new FeedReader(consumers, read, listener::checked));
  }

  /** Returns once nothing more is called. Not for the listener to call. */
  @Override
  public void close() {
    reader.close();
  }
}
