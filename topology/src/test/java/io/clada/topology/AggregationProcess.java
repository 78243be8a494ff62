package io.clada.topology;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/** The application in a JVM of its own, so that it can be killed like any process. */
final class AggregationProcess {
  private AggregationProcess() {}

  /**
   * @param folder home of the process, where it keeps its state unless the settings name a folder
   */
  static Process start(Properties settings, Path folder) throws IOException {
    Path file = Files.createTempFile(folder, "topology", ".properties");
    try (Writer writer = Files.newBufferedWriter(file)) {
      settings.store(writer, null);
    }
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + folder,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            AggregationProcess.class.getName(),
            file.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("processes.log").toFile()))
        .start();
  }

  /** Runs until killed; the argument is the settings' file. */
  public static void main(String[] args) throws Exception {
    Properties settings = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(args[0]))) {
      settings.load(reader);
    }
    try (AggregationApp app = new AggregationApp(TopologyConfig.of(settings))) {
      app.start();
      app.awaitTermination();
    }
  }
}
