package io.clada.worker;

import io.clada.engine.Engine;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.service.Health;
import io.clada.service.StateSlot;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of some partitions, exactly once: tokens, telemetry and progress are
 * committed together. If the process dies, a {@code read_committed} consumer has every token up to
 * the last commit (25 ms by default), and the next owner of the partition goes on from there with a
 * higher {@code attempt}; what was generated after that commit is generated again.
 *
 * <p>While the broker is away it waits and tries again, for ever. It ends ({@link
 * #awaitTermination}) where only a new process helps: the engine has died or is stuck, the state
 * folder cannot be written, the computer's clock was set back by seconds.
 *
 * <p>Start and close it from one thread. The engine is the caller's to close, after the worker.
 */
public final class Worker implements Health, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** Tokens pause that long at most; others notice a worker's silence after six seconds. */
  private static final Duration MOST_SET_BACK = Duration.ofSeconds(2);

  /**
   * Of seeds drawn here: JavaScript, and what else reads numbers as doubles, rounds larger ones.
   */
  private static final long MOST_SEED = 1L << 53;

  private final WorkerConfig config;
  private final Engines engines;
  private final Scheduler scheduler;
  private final StreamsFleet fleet = new StreamsFleet();
  private final Departure departure = new Departure();
  private final Bells bells = new Bells();
  private final MeterRegistry registry;
  private final Tracing tracing;
  private final Clock clock;
  private final CountDownLatch ran = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private @Nullable StateSlot slot;
  private @Nullable CheckMarks checks;
  private @Nullable FleetTopics fleetTopics;
  private @Nullable KafkaStreamsMetrics streamsMetrics;
  private @Nullable WorkerWatch watch;
  private volatile @Nullable KafkaStreams streams;

  /** Keeps its metrics to itself, and makes no spans. */
  public Worker(WorkerConfig config, Engine engine) {
    this(config, engine, new SimpleMeterRegistry(), Tracing.off());
  }

  /**
   * Tells how it fares.
   *
   * @param registry gets the meters that {@code docs/operations.md} lists
   * @param tracing the caller's to close, after the worker
   */
  public Worker(WorkerConfig config, Engine engine, MeterRegistry registry, Tracing tracing) {
    this(config, List.of(engine), registry, tracing);
  }

  /**
   * Serves several models. Every worker of one {@code application.id} must serve the same ones: any
   * of them may get any request, and answers INVALID what it does not serve.
   *
   * @param engines each with a model of another name; the first is for requests that name none
   * @throws WorkerException if there is none, or two have the same name
   */
  public Worker(
      WorkerConfig config, List<Engine> engines, MeterRegistry registry, Tracing tracing) {
    this(config, engines, registry, tracing, Clock.systemUTC());
  }

  Worker(
      WorkerConfig config,
      List<Engine> engines,
      MeterRegistry registry,
      Tracing tracing,
      Clock clock) {
    this.config = config;
    this.engines = new Engines(engines);
    this.scheduler =
        new Scheduler(
            engines,
            config.admission().tenantWeights(),
            config.admission().tenantTokensPerMinute());
    this.registry = registry;
    this.tracing = tracing;
    this.clock = clock;
  }

  /**
   * Finds the broker and the registry, however long that takes within {@link Patience#startup},
   * creates missing topics and begins to take requests; returns before the first partition is
   * assigned.
   *
   * @throws WorkerException if nobody answers in time, topics cannot be created, or the state
   *     folder cannot be used; the worker is closed then
   */
  public void start() {
    try {
      begin();
    } catch (ConfigException e) {
      close();
      throw new WorkerException(String.valueOf(e.getMessage()), e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private synchronized void begin() {
    AvroSerdes serdes = new AvroSerdes(config.kafka());
    Startup startup = new Startup(config, registry, closing);
    StreamsConfig given = new StreamsConfig(config.kafka());
    Brokers.Cluster cluster =
        startup.cluster(given.getAdminConfigs(config.applicationId() + "-start"));
    startup.schemas(serdes);
    StreamsConfig settings = new StreamsConfig(properties(cluster));
    Path state = Path.of(settings.getString(StreamsConfig.STATE_DIR_CONFIG));
    CheckMarks marks = CheckMarks.open(state.resolve(config.applicationId() + ".checks"));
    checks = marks;
    WorkerMetrics metrics = new WorkerMetrics(registry);
    Commits commits =
        new Commits(Duration.ofMillis(settings.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)));
    FleetView view = new FleetView(engines.models());
    Backbones backbones = new Backbones(engines, metrics);
    new FleetMetrics(engines, view, backbones, clock).bindTo(registry);
    FleetTopics followed = new FleetTopics(config, settings, serdes, view, backbones, registry);
    fleetTopics = followed;
    followed.start();
    KafkaStreams started =
        new KafkaStreams(
            WorkerTopology.build(
                config.topics(), serdes, dependencies(view, backbones, commits, marks, metrics)),
            settings,
            new WorkerClients(
                settings.getKafkaClientSupplier(),
                commits,
                bells,
                config.drainInterval(),
                registry));
    streams = started;
    fleet.joined(started);
    started.setUncaughtExceptionHandler(new StreamFaults(engines, registry, this::died));
    started.setStateListener((now, before) -> onState(now));
    streamsMetrics = new KafkaStreamsMetrics(started);
    streamsMetrics.bindTo(registry);
    engines.all().forEach(engine -> new EngineMetrics(engine).bindTo(registry));
    watch = WorkerWatch.start(engineHealth(), clockWatch(), this::died);
    // It has locked its folder by now, and opens what is in there when it starts.
    IdleStores.delete(
        state.resolve(config.applicationId()), clock.instant().minus(Changelogs.MOST_IDLE));
    started.start();
  }

  /** True while partitions are assigned, restored and served, by an engine that lives. */
  public boolean isRunning() {
    return whyNotReady() == null;
  }

  /**
   * False once the worker was closed or has died, or its engine has died or is stuck: nothing will
   * be answered.
   */
  public boolean isAlive() {
    return whyDead() == null;
  }

  @Override
  public @Nullable String whyDead() {
    Throwable died = failure.get();
    if (died != null) {
      return lastMessage(died);
    }
    return closing.getCount() == 0 ? "closed" : engineHealth().fault();
  }

  @Override
  public @Nullable String whyNotReady() {
    String dead = whyDead();
    KafkaStreams current = streams;
    if (dead != null || current == null) {
      return dead == null ? "looking for broker and registry" : dead;
    }
    KafkaStreams.State state = current.state();
    return state == KafkaStreams.State.RUNNING ? null : "Kafka Streams is " + state;
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
   * @throws WorkerException if it died and only a new process helps: this one should end
   */
  public void awaitTermination() {
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    throwIfDied();
  }

  private void throwIfDied() {
    Throwable died = failure.get();
    if (died != null) {
      throw died instanceof WorkerException plain
          ? plain
          : new WorkerException("the worker has died: " + lastMessage(died), died);
    }
  }

  private void died(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      LOG.error("The worker dies", cause);
    }
    ran.countDown(); // nobody need wait any longer
    ended.countDown();
  }

  /**
   * Takes no further request, commits what was generated, and leaves the group, so that the next
   * owner goes on at once with what is in flight: that stays in the stores. Returns within {@link
   * Patience#grace}, and a few seconds more if {@link #start} is still looking for a broker.
   */
  @Override
  public void close() {
    closing.countDown();
    if (ended.getCount() > 0) {
      LOG.info("The worker stops; its requests go on elsewhere");
    }
    stop();
    ran.countDown();
    ended.countDown();
  }

  private synchronized void stop() {
    if (watch != null) {
      watch.close();
    }
    Duration aFifth = config.patience().grace().dividedBy(5);
    takeBack(aFifth);
    KafkaStreams current = streams;
    if (current != null && !current.close(leaving(aFifth.multipliedBy(4)))) {
      LOG.warn(
          "Kafka Streams did not end within {} s: what it did not commit is generated again",
          config.patience().grace().toSeconds());
    }
    if (streamsMetrics != null) {
      streamsMetrics.close();
    }
    if (fleetTopics != null) {
      fleetTopics.close();
    }
    if (checks != null) {
      checks.close();
    }
    if (slot != null) {
      slot.close();
    }
  }

  /** Kafka Streams stays in the group otherwise, and nobody goes on until its session expires. */
  private static CloseOptions leaving(Duration grace) {
    return CloseOptions.timeout(grace)
        .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP);
  }

  private EngineHealth engineHealth() {
    return new EngineHealth(engines, config.patience().engineStall());
  }

  private ClockWatch clockWatch() {
    return new ClockWatch(
        clock, System::nanoTime, MOST_SET_BACK, Changelogs.DELETIONS_KEPT.dividedBy(2));
  }

  /**
   * What is at the engines is not to be held against them if the worker only stops; it is if the
   * worker ends because of an engine.
   */
  private void takeBack(Duration atMost) {
    if (engineHealth().fault() != null) {
      return;
    }
    departure.begin();
    bells.ring();
    try {
      if (!departure.await(atMost)) {
        LOG.warn("The engines' requests were not taken back in {} ms", atMost.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** State belongs to a cluster: what was stored for another one would come to life in this. */
  private Properties properties(Brokers.Cluster cluster) {
    Map<String, Object> all = new HashMap<>(config.kafka());
    if (config.stateDir() == null) {
      StateSlot claimed = StateSlot.claim("worker", cluster.id(), config.applicationId());
      slot = claimed;
      all.put(StreamsConfig.STATE_DIR_CONFIG, claimed.folder().toString());
    }
    all.replace(
        StreamsConfig.REPLICATION_FACTOR_CONFIG,
        (int) WorkerConfig.AS_BROKERS_ALLOW,
        (int) cluster.replication());
    all.put(StreamsConfig.APPLICATION_SERVER_CONFIG, fleet.applicationServer());
    Properties properties = new Properties();
    properties.putAll(all);
    return properties;
  }

  private Dependencies dependencies(
      FleetView view,
      Backbones backbones,
      Commits commits,
      CheckMarks marks,
      WorkerMetrics metrics) {
    SecureRandom random = new SecureRandom();
    AtomicLong epochs = new AtomicLong(random.nextLong());
    return new Dependencies(
        engines,
        scheduler,
        view::of,
        backbones,
        () -> random.nextLong(MOST_SEED),
        epochs::incrementAndGet,
        commits,
        bells,
        fleet,
        departure,
        marks,
        metrics,
        new RequestTraces(tracing.telemetry()),
        config.admission(),
        config.isExactlyOnce());
  }

  private void onState(KafkaStreams.State now) {
    if (now == KafkaStreams.State.RUNNING) {
      ran.countDown();
    }
    if (now == KafkaStreams.State.ERROR) {
      died(new WorkerException("Kafka Streams has given up: see the log"));
    }
  }

  private static String lastMessage(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
