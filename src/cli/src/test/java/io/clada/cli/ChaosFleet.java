package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.common.GroupState;

/** The processes of a system: broker, registry and topology in one, and workers in one each. */
final class ChaosFleet implements AutoCloseable {
  private static final int PARTITIONS = 8;
  private static final Duration STARTING = Duration.ofMinutes(10);
  private static final String GROUP = "clada-worker";

  private final Path folder;
  private final int port;
  private final int registryPort;
  private final Map<String, Process> processes = new ConcurrentHashMap<>();

  /** How long the log was when a process was started. */
  private final Map<String, Integer> said = new ConcurrentHashMap<>();

  /**
   * @param folder for logs, data and state
   */
  ChaosFleet(Path folder, int port, int registryPort) {
    this.folder = folder;
    this.port = port;
    this.registryPort = registryPort;
  }

  /** For clients. */
  Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", "127.0.0.1:" + port);
    properties.setProperty("schema.registry.url", "http://127.0.0.1:" + registryPort);
    return properties;
  }

  void startBroker() throws IOException {
    start(
        "broker",
        "up",
        "--no-worker",
        "--port",
        String.valueOf(port),
        "--registry-port",
        String.valueOf(registryPort),
        "--status-port",
        "0",
        "--gateway-port",
        "0",
        "--data-dir",
        folder.resolve("data").toString());
  }

  /**
   * With what the product ships, save that nobody is set aside, since here workers die all the
   * time, and that a worker waits as long for the broker as a slow computer may need.
   */
  void startWorker(int worker) throws IOException {
    start(
        name(worker),
        "worker",
        "--bootstrap-servers",
        properties().getProperty("bootstrap.servers"),
        "--schema-registry-url",
        properties().getProperty("schema.registry.url"),
        "-P",
        "clada.partitions=" + PARTITIONS,
        "-P",
        "clada.max.attempts=1000",
        "-P",
        "clada.startup.timeout.ms=600000",
        "-P",
        "state.dir=" + folder.resolve("state-" + worker));
  }

  static String name(int worker) {
    return "worker-" + worker;
  }

  /** Whether so many workers share the partitions, each with some of them. */
  boolean isShared(int workers) throws Exception {
    try (Admin admin = Admin.create(properties())) {
      ConsumerGroupDescription group =
          admin.describeConsumerGroups(List.of(GROUP)).describedGroups().get(GROUP).get();
      return group.groupState() == GroupState.STABLE
          && group.members().size() == workers
          && group.members().stream()
              .noneMatch(member -> member.assignment().topicPartitions().isEmpty());
    }
  }

  /** Waits until a process that was started has come up. */
  void awaitRunning(String name) {
    await()
        .atMost(STARTING)
        .failFast(name + " has ended", () -> !isAlive(name))
        .untilAsserted(
            () -> assertThat(log(name).substring(said.get(name))).containsIgnoringCase("running"));
  }

  boolean isAlive(String name) {
    Process process = processes.get(name);
    return process != null && process.isAlive();
  }

  String log(String name) throws IOException {
    return Files.readString(folder.resolve(name + ".log"));
  }

  /** A signal by its name without SIG, to a process that is there. */
  void signal(String name, String signal) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + signal, String.valueOf(processes.get(name).pid()))
        .inheritIO()
        .start()
        .waitFor();
  }

  /** SIGKILL, and gone. */
  void kill(String name) throws InterruptedException {
    processes.get(name).destroyForcibly().waitFor();
  }

  /** SIGTERM, and gone by itself within the product's own patience. */
  int stop(String name) throws InterruptedException, IOException {
    Process process = processes.get(name);
    process.destroy();
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      throw new AssertionError(name + " did not stop:\n" + log(name));
    }
    return process.exitValue();
  }

  private void start(String name, String... command) throws IOException {
    // What a killed process had unpacked stays: let it be here.
    Path scratch = Files.createDirectories(folder.resolve(name + ".tmp"));
    List<String> line = new ArrayList<>(CladaProcess.commandLine(command));
    line.add(1, "-Djava.io.tmpdir=" + scratch);
    Path log = folder.resolve(name + ".log");
    said.put(name, Files.exists(log) ? Files.readString(log).length() : 0);
    ProcessBuilder builder =
        new ProcessBuilder(line)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("ROCKSDB_SHAREDLIB_DIR", scratch.toString());
    processes.put(name, builder.start());
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : processes.values()) {
      process.destroyForcibly().waitFor();
    }
  }
}
