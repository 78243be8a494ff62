package io.clada.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.Options;

/** A worker in a process of its own, to be killed, stopped, starved and poisoned. */
final class WorkerProcess implements AutoCloseable {
  /** A prompt that kills the process as soon as the engine has it. */
  static final String POISON = "poison";

  /** A prompt that kills the process already when it is checked. */
  static final String BITTER_POISON = "bitter poison";

  static final int DIED_OF_POISON = 42;

  private final Process process;
  private final Path log;

  private WorkerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * @param folder for state and log
   */
  static WorkerProcess start(String bootstrapServers, Path folder, Duration perToken)
      throws IOException {
    return start(bootstrapServers, folder, perToken, "exactly_once_v2");
  }

  static WorkerProcess start(
      String bootstrapServers, Path folder, Duration perToken, String guarantee)
      throws IOException {
    return start(bootstrapServers, folder, perToken, guarantee, List.of());
  }

  /**
   * @param version before this build's class path
   */
  static WorkerProcess start(
      String bootstrapServers, Path folder, Duration perToken, String guarantee, List<Path> version)
      throws IOException {
    List<String> classPath = new ArrayList<>();
    version.forEach(each -> classPath.add(each.toString()));
    classPath.add(System.getProperty("java.class.path"));
    Files.createDirectories(folder);
    Path log = folder.resolve("worker.log");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            String.join(File.pathSeparator, classPath),
            WorkerProcess.class.getName(),
            bootstrapServers,
            folder.resolve("state").toString(),
            perToken.toString(),
            guarantee);
    return new WorkerProcess(
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start(),
        log);
  }

  static Properties properties(String bootstrapServers, Path stateDir) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrapServers);
    properties.setProperty("schema.registry.url", "mock://worker");
    properties.setProperty("state.dir", stateDir.toString());
    properties.setProperty("clada.partitions", "2");
    properties.setProperty("clada.replication.factor", "1");
    return properties;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it said. */
  String log() throws IOException {
    return Files.readString(log);
  }

  /** A signal by its name without SIG. */
  void signal(String name) throws IOException, InterruptedException {
    command("kill", "-" + name, pid());
  }

  /** From now on it can write no file beyond this, as if its disk were full. */
  void limitFiles(int bytes) throws IOException, InterruptedException {
    command("prlimit", "--pid", pid(), "--fsize=" + bytes);
  }

  private String pid() {
    return String.valueOf(process.pid());
  }

  private static void command(String... words) throws IOException, InterruptedException {
    if (new ProcessBuilder(words).inheritIO().start().waitFor() != 0) {
      throw new AssertionError(String.join(" ", words) + " failed");
    }
  }

  int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the process did not end within 60 s:\n" + log());
    }
    return process.exitValue();
  }

  /** SIGKILL. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Writes to disk long before Kafka Streams' 16 MiB are full. */
  public static final class SmallMemtables implements RocksDBConfigSetter {
    @Override
    public void setConfig(String store, Options options, Map<String, Object> configs) {
      options.setWriteBufferSize(64 << 10);
    }

    @Override
    public void close(String store, Options options) {}
  }

  public static void main(String[] args) {
    ScriptedEngine engine = new ScriptedEngine();
    engine.onSubmit(
        spec -> {
          if (spec.prompt().equals(POISON)) {
            Runtime.getRuntime().halt(DIED_OF_POISON);
          }
        });
    engine.onValidate(
        spec -> {
          if (spec.prompt().equals(BITTER_POISON)) {
            Runtime.getRuntime().halt(DIED_OF_POISON);
          }
        });
    Properties properties = properties(args[0], Path.of(args[1]));
    properties.setProperty("processing.guarantee", args[3]);
    properties.setProperty("rocksdb.config.setter", SmallMemtables.class.getName());
    properties.setProperty("session.timeout.ms", "3000");
    properties.setProperty("heartbeat.interval.ms", "1000");
    try (Pace pace = Pace.of(engine, Duration.parse(args[2]));
        Worker worker = new Worker(WorkerConfig.of(properties), engine)) {
      Runtime.getRuntime().addShutdownHook(new Thread(worker::close));
      worker.start();
      worker.awaitTermination();
    }
  }
}
