package io.clada.worker;

import io.clada.schemas.Backbone;
import io.clada.schemas.Thresholds;
import io.clada.schemas.serde.AvroSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Timer;
import org.apache.kafka.streams.StreamsConfig;

/** The topics of what the fleet learned, followed as long as the worker lives. */
final class FleetTopics implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final WorkerConfig config;
  private final StreamsConfig settings;
  private final MeterRegistry registry;
  private final List<FleetTopic<?>> topics;

  FleetTopics(
      WorkerConfig config,
      StreamsConfig settings,
      AvroSerdes serdes,
      FleetView thresholds,
      Backbones backbones,
      MeterRegistry registry) {
    this.config = config;
    this.settings = settings;
    this.registry = registry;
    topics =
        List.of(
            topic(
                config.topics().thresholds(), serdes.values(Thresholds.class), thresholds::update),
            topic(config.topics().backbone(), serdes.values(Backbone.class), backbones::add));
  }

  private <T> FleetTopic<T> topic(String name, Serde<T> serde, FleetTopic.Taker<T> taker) {
    Map<String, Object> consumer =
        settings.getRestoreConsumerConfigs(config.applicationId() + "-" + name);
    return new FleetTopic<>(consumer, name, serde.deserializer(), taker, registry);
  }

  /** Begins, and waits a few seconds at most until what is there is read. */
  void start() {
    topics.forEach(FleetTopic::start);
    Timer patience = Time.SYSTEM.timer(PATIENCE);
    try {
      for (FleetTopic<?> topic : topics) {
        topic.awaitCaughtUp(Duration.ofMillis(patience.remainingMs()));
        patience.update();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerException("interrupted while starting", e);
    }
  }

  @Override
  public void close() {
    topics.forEach(FleetTopic::close);
  }
}
