package io.clada.worker;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.registry.SchemaRegistryException;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.Serializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker needs of others before it can take a request: a broker with the topics, and a
 * registry that knows the schemas of what it writes. Waits for both, with growing pauses, as long
 * as the patience for the start lasts. Once it runs, a registry that is away no longer stops it:
 * the ids are known.
 */
final class Startup {
  private static final Logger LOG = LoggerFactory.getLogger(Startup.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** One look for a broker; the next one begins with fresh connections. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final WorkerConfig config;
  private final MeterRegistry registry;
  private final CountDownLatch cancelled;
  private final long deadline;

  /**
   * @param cancelled ends the waiting
   */
  Startup(WorkerConfig config, MeterRegistry registry, CountDownLatch cancelled) {
    this.config = config;
    this.registry = registry;
    this.cancelled = cancelled;
    this.deadline = System.nanoTime() + config.patience().startup().toNanos();
  }

  /**
   * Finds a broker, and creates missing topics where that is asked for.
   *
   * @throws WorkerException in one line, naming the setting to look at
   */
  Brokers.Cluster cluster(Map<String, Object> adminConfig) {
    return patiently(
        "broker", () -> Brokers.prepare(config, adminConfig, shorter(LOOK, remaining())));
  }

  /**
   * Registers or looks up the schemas of what the worker writes.
   *
   * @throws WorkerException in one line, naming the setting to look at
   */
  void schemas(AvroSerdes serdes) {
    Topics topics = config.topics();
    patiently(
        "registry",
        () -> {
          write(serdes, topics.tokens(), TokenEvent.class);
          write(serdes, topics.telemetry(), LoadTelemetry.class);
          write(serdes, topics.neurons(), NeuronUsage.class);
          return topics;
        });
  }

  /** A serializer asks for its schema's id when it first writes one, wherever it is then. */
  private static <T extends SpecificRecord> void write(
      AvroSerdes serdes, String topic, Class<T> type) {
    try (Serializer<T> serializer = serdes.values(type).serializer()) {
      serializer.serialize(topic, BlankRecord.of(type));
    } catch (SchemaRegistryException e) {
      throw new WorkerException("schema.registry.url: " + e.getMessage(), e);
    }
  }

  private <T> T patiently(String what, Supplier<T> attempt) {
    Counter retries =
        Counter.builder("clada.start.retries")
            .description("Looks for a broker or a registry that found none")
            .tag("for", what)
            .register(registry);
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    while (true) {
      try {
        return attempt.get();
      } catch (UnavailableException | RetriableException e) {
        Duration pause = pauses.next();
        if (remaining().compareTo(pause) <= 0) {
          throw new WorkerException(String.valueOf(e.getMessage()), e);
        }
        retries.increment();
        LOG.warn("{}; next look in {} ms", e.getMessage(), pause.toMillis());
        sleep(pause);
      }
    }
  }

  private Duration remaining() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void sleep(Duration pause) {
    try {
      if (cancelled.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new WorkerException("stopped while starting");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerException("interrupted while starting", e);
    }
  }
}
