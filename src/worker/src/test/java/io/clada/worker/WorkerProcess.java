package io.clada.worker;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/** A worker in a process of its own, to be killed. */
final class WorkerProcess {
  private WorkerProcess() {}

  static Process start(String bootstrapServers, Path stateDir, Path log, Duration perToken)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            WorkerProcess.class.getName(),
            bootstrapServers,
            stateDir.toString(),
            perToken.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .start();
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

  public static void main(String[] args) {
    ScriptedEngine engine = new ScriptedEngine();
    WorkerConfig config = WorkerConfig.of(properties(args[0], Path.of(args[1])));
    try (Pace pace = Pace.of(engine, Duration.parse(args[2]));
        Worker worker = new Worker(config, engine)) {
      worker.start();
      worker.awaitTermination();
    }
  }
}
