package io.clada.worker;

import io.clada.engine.Engine;
import io.clada.schemas.Thresholds;
import io.clada.schemas.serde.AvroSerdes;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of some partitions, exactly once: tokens, telemetry and progress are
 * committed together. If the process dies, a {@code read_committed} consumer has every token up to
 * the last commit (25 ms by default), and the next owner of the partition goes on from there with a
 * higher {@code attempt}; what was generated after that commit is generated again.
 *
 * <p>Start and close it from one thread. The engine is the caller's to close, after the worker.
 */
public final class Worker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
  private static final Duration THRESHOLDS_AT_START = Duration.ofSeconds(5);
  private static final Duration CLOSE = Duration.ofSeconds(30);
  private static final long LOOK_AT_ENGINE_MS = 200;

  private final WorkerConfig config;
  private final Engine engine;
  private final MeterRegistry registry;
  private final Tracing tracing;
  private final CountDownLatch ran = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable StateSlot slot;
  private @Nullable ThresholdsReader thresholds;
  private @Nullable KafkaStreams streams;
  private @Nullable KafkaStreamsMetrics streamsMetrics;

  /** Keeps its metrics to itself, and makes no spans. */
  public Worker(WorkerConfig config, Engine engine) {
    this(config, engine, new SimpleMeterRegistry(), Tracing.off());
  }

  /**
   * @param tracing the caller's to close, after the worker
   * @param registry gets {@code clada.tokens}, {@code clada.requests} by finish, {@code
   *     clada.queue.length}, {@code gen_ai.server.time_to_first_token} (seconds) and those of Kafka
   *     Streams
   */
  public Worker(WorkerConfig config, Engine engine, MeterRegistry registry, Tracing tracing) {
    this.config = config;
    this.engine = engine;
    this.registry = registry;
    this.tracing = tracing;
  }

  /**
   * Finds the broker, creates missing topics and begins to take requests; returns before the first
   * partition is assigned.
   *
   * @throws WorkerException if no broker answers in time, topics cannot be created, or the state
   *     folder cannot be used; the worker is closed then
   */
  public void start() {
    try {
      StreamsConfig given = new StreamsConfig(config.kafka());
      String cluster =
          Brokers.prepare(config, given.getAdminConfigs(config.applicationId() + "-start"));
      StreamsConfig settings = new StreamsConfig(properties(cluster));
      AvroSerdes serdes = new AvroSerdes(config.kafka());
      FleetView fleet = new FleetView();
      followThresholds(settings, serdes, fleet);
      KafkaStreams started =
          new KafkaStreams(
              WorkerTopology.build(config.topics(), serdes, dependencies(fleet)), settings);
      streams = started;
      started.setUncaughtExceptionHandler(this::onUncaught);
      started.setStateListener((now, before) -> onState(now));
      streamsMetrics = new KafkaStreamsMetrics(started);
      streamsMetrics.bindTo(registry);
      started.start();
    } catch (ConfigException e) {
      close();
      throw new WorkerException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** True while partitions are assigned, restored and served, by an engine that lives. */
  public boolean isRunning() {
    KafkaStreams current = streams;
    return current != null && current.state() == KafkaStreams.State.RUNNING && engine.isAlive();
  }

  /** False once the worker was closed, or it or its engine has died: nothing will be answered. */
  public boolean isAlive() {
    return ended.getCount() > 0 && failure.get() == null && engine.isAlive();
  }

  /**
   * Waits until the first partitions are assigned and restored.
   *
   * @return false if that takes longer
   * @throws WorkerException if the worker died of an error
   */
  public boolean awaitRunning(Duration atMost) throws InterruptedException {
    boolean soon = ran.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    throwIfDied();
    return soon;
  }

  /**
   * Returns once the worker is {@linkplain #close closed} from another thread.
   *
   * @throws WorkerException if it, or the engine, died of an error: the process should end
   */
  public void awaitTermination() {
    try {
      while (!ended.await(LOOK_AT_ENGINE_MS, TimeUnit.MILLISECONDS)) {
        if (!engine.isAlive()) {
          throw new WorkerException("the engine has died: see the log; start the worker again");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    throwIfDied();
  }

  private void throwIfDied() {
    Throwable died = failure.get();
    if (died != null) {
      throw new WorkerException("the worker has died: " + lastMessage(died), died);
    }
  }

  /**
   * Commits what was forwarded and leaves the group. Requests in flight stay in the stores for the
   * next owner.
   */
  @Override
  public void close() {
    if (streams != null && !streams.close(CLOSE)) {
      LOG.warn("Kafka Streams did not end within {} s", CLOSE.toSeconds());
    }
    if (streamsMetrics != null) {
      streamsMetrics.close();
    }
    if (thresholds != null) {
      thresholds.close();
    }
    if (slot != null) {
      slot.close();
    }
    ended.countDown();
  }

  /** State belongs to a cluster: what was stored for another one would come to life in this. */
  private Properties properties(String cluster) {
    Map<String, Object> all = new HashMap<>(config.kafka());
    if (config.stateDir() == null) {
      StateSlot claimed =
          StateSlot.claim(StateSlot.defaultRoot().resolve(cluster).resolve(config.applicationId()));
      slot = claimed;
      all.put(StreamsConfig.STATE_DIR_CONFIG, claimed.folder().toString());
    }
    Properties properties = new Properties();
    properties.putAll(all);
    return properties;
  }

  private Dependencies dependencies(FleetView fleet) {
    AtomicLong epochs = new AtomicLong();
    return new Dependencies(
        engine,
        () -> fleet.of(engine.modelName()),
        new SecureRandom()::nextLong,
        epochs::incrementAndGet,
        new WorkerMetrics(registry, engine.modelName()),
        new RequestTraces(tracing.telemetry()),
        config.maxQueuedRequests(),
        config.drainInterval());
  }

  private void followThresholds(StreamsConfig settings, AvroSerdes serdes, FleetView fleet) {
    String client = config.applicationId() + "-thresholds";
    ThresholdsReader reader =
        new ThresholdsReader(
            settings.getRestoreConsumerConfigs(client),
            config.topics().thresholds(),
            serdes.values(Thresholds.class).deserializer(),
            fleet);
    thresholds = reader;
    reader.start();
    try {
      reader.awaitCaughtUp(THRESHOLDS_AT_START);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WorkerException("interrupted while starting", e);
    }
  }

  private StreamThreadExceptionResponse onUncaught(Throwable thrown) {
    if (engine.isAlive() && isRetriable(thrown)) {
      LOG.warn("A stream thread is replaced", thrown);
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    LOG.error("The worker dies", thrown);
    failure.compareAndSet(null, thrown);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  private void onState(KafkaStreams.State now) {
    if (now == KafkaStreams.State.RUNNING) {
      ran.countDown();
    }
    if (now == KafkaStreams.State.ERROR || now == KafkaStreams.State.NOT_RUNNING) {
      ran.countDown(); // nobody need wait any longer
      ended.countDown();
    }
  }

  private static boolean isRetriable(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) {
        return true;
      }
    }
    return false;
  }

  private static String lastMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
