package io.clada.cli;

import io.clada.embedded.EmbeddedKafka;
import io.clada.embedded.RegistryServer;
import io.clada.engine.Engine;
import io.clada.schemas.topics.Topics;
import io.clada.topology.AggregationApp;
import io.clada.topology.StatusServer;
import io.clada.topology.TopologyConfig;
import io.clada.worker.Worker;
import io.clada.worker.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole system in one process: a real broker, a schema registry, the aggregation topology and,
 * unless left out, a worker. Parts that don't need each other start at the same time.
 *
 * <p>Closing stops the worker first and the broker last; a temporary folder is deleted.
 */
final class LocalSystem implements AutoCloseable {
  /**
   * What to start.
   *
   * @param dataDir keeps topics and state; null: a temporary folder
   * @param port of the broker; 0: any that is free
   * @param registryPort of the schema registry; 0: any that is free
   * @param statusPort of the topology's status pages; 0: any that is free
   * @param partitions of each topic
   * @param engine makes the worker's engine, which this system closes; null: no worker
   */
  record Options(
      @Nullable Path dataDir,
      int port,
      int registryPort,
      int statusPort,
      int partitions,
      @Nullable Supplier<Engine> engine) {
    /** Everything temporary, on free ports. */
    static Options ephemeral(int partitions, @Nullable Supplier<Engine> engine) {
      return new Options(null, 0, 0, 0, partitions, engine);
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(LocalSystem.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration READY_TIMEOUT = Duration.ofMinutes(1);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final Options options;
  private final Properties properties = new Properties();
  private String modelName = "";
  private String statusUrl = "";

  private LocalSystem(Options options) {
    this.options = options;
  }

  /**
   * Returns when every part is ready.
   *
   * @throws RuntimeException as the part that could not start says: a port in use, a folder that
   *     can't be written, a model that can't be loaded
   */
  static LocalSystem start(Options options) throws InterruptedException {
    LocalSystem system = new LocalSystem(options);
    try {
      system.startParts();
      return system;
    } catch (RuntimeException | Error | InterruptedException e) {
      system.close();
      throw e;
    }
  }

  private void startParts() throws InterruptedException {
    createDataFolder();
    Supplier<Engine> maker = options.engine();
    CompletableFuture<@Nullable Engine> engine =
        CompletableFuture.supplyAsync(() -> maker == null ? null : maker.get());
    CompletableFuture<RegistryServer> registry =
        CompletableFuture.supplyAsync(
            () -> RegistryServer.start(options.registryPort(), kept("registry.jsonl")));
    add(() -> closeLate(engine));
    add(() -> closeLate(registry));
    EmbeddedKafka broker =
        add(
            EmbeddedKafka.start(
                new EmbeddedKafka.Options(kept("kafka"), options.port(), Map.of())));
    configure(broker.bootstrapServers(), result(registry).url());
    createTopics();

    StatusServer status = add(StatusServer.bind(LOOPBACK, options.statusPort()));
    statusUrl = "http://" + LOOPBACK + ":" + status.port();
    AggregationApp topology =
        add(new AggregationApp(TopologyConfig.of(topologyProperties()), status.registry()));
    status.serve(topology);
    topology.start();
    Engine loaded = result(engine);
    if (loaded != null) {
      modelName = loaded.modelName();
      Worker worker = add(new Worker(WorkerConfig.of(properties()), loaded));
      worker.start();
      requireReady("worker", worker.awaitRunning(READY_TIMEOUT));
    }
    requireReady("topology", topology.awaitRunning(READY_TIMEOUT));
  }

  private void configure(String bootstrapServers, String registryUrl) {
    properties.setProperty("bootstrap.servers", bootstrapServers);
    properties.setProperty("schema.registry.url", registryUrl);
    properties.setProperty("clada.partitions", String.valueOf(options.partitions()));
    properties.setProperty("clada.replication.factor", "1");
    properties.setProperty("state.dir", stateFolder().toString());
  }

  /** One computer's traffic is little: thresholds learn from less of it, and sooner. */
  private Properties topologyProperties() {
    Properties all = properties();
    all.setProperty("clada.partials.interval.ms", "100");
    all.setProperty("clada.thresholds.interval.ms", "200");
    all.setProperty("clada.thresholds.min.samples", "60");
    all.setProperty("commit.interval.ms", "50");
    return all;
  }

  private Path stateFolder() {
    try {
      Path kept = kept("streams");
      if (kept != null) {
        return Files.createDirectories(kept);
      }
      Path folder = Files.createTempDirectory("clada-streams-");
      add(() -> Utils.delete(folder.toFile()));
      return folder;
    } catch (IOException e) {
      throw new CliException("the state folder can't be written: " + e.getMessage(), e);
    }
  }

  /** A part's place in the data folder; null where nothing is kept. */
  private @Nullable Path kept(String part) {
    Path dataDir = options.dataDir();
    return dataDir == null ? null : dataDir.resolve(part);
  }

  private void createDataFolder() {
    Path dataDir = options.dataDir();
    if (dataDir != null) {
      try {
        Files.createDirectories(dataDir);
      } catch (IOException e) {
        throw new CliException("--data-dir: " + dataDir + " can't be made: " + e.getMessage(), e);
      }
    }
  }

  private void createTopics() {
    try (Admin admin = Admin.create(Settings.asMap(properties))) {
      topics().createMissing(admin, options.partitions(), (short) 1);
    }
  }

  private static void requireReady(String part, boolean ready) {
    if (!ready) {
      throw new CliException(
          "the %s was not ready after %d s; --verbose shows what it does"
              .formatted(part, READY_TIMEOUT.toSeconds()));
    }
  }

  private <T extends AutoCloseable> T add(T part) {
    parts.push(part);
    return part;
  }

  private static <T extends @Nullable Object> T result(CompletableFuture<T> future) {
    try {
      return future.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /** Closes what was started on another thread, if it came up. */
  private static void closeLate(CompletableFuture<? extends @Nullable AutoCloseable> future)
      throws Exception {
    AutoCloseable part = future.exceptionally(e -> null).join();
    if (part != null) {
      part.close();
    }
  }

  /** For Kafka clients of this system, worker and topology included. */
  Properties properties() {
    Properties copy = new Properties();
    copy.putAll(properties);
    return copy;
  }

  Topics topics() {
    return KafkaOptions.topics(properties);
  }

  String bootstrapServers() {
    return properties.getProperty("bootstrap.servers", "");
  }

  String registryUrl() {
    return properties.getProperty("schema.registry.url", "");
  }

  /** Where the topology tells what it holds. */
  String statusUrl() {
    return statusUrl;
  }

  /** Name of the worker's model; empty without a worker. */
  String modelName() {
    return modelName;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        LOG.warn("could not be closed: {}", e.toString());
      }
    }
  }
}
