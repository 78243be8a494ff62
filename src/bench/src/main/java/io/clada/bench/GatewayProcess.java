package io.clada.bench;

import io.clada.gateway.GatewayServer;
import io.clada.gateway.GatewaySettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A gateway in a process of its own, so that its memory can be told from the load's. */
final class GatewayProcess implements AutoCloseable {
  private final Process process;
  private final int port;

  private GatewayProcess(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** With a heap of 256 MB. */
  static GatewayProcess start(String bootstrapServers, String registryUrl) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                GatewayProcess.class.getName(),
                bootstrapServers,
                registryUrl)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the gateway did not start");
    }
    return new GatewayProcess(process, Integer.parseInt(line));
  }

  /** The process's own part: prints its port, and ends with its standard input. */
  public static void main(String[] args) throws IOException {
    Map<String, String> kafka =
        Map.of("bootstrap.servers", args[0], "schema.registry.url", args[1]);
    try (GatewayServer gateway = new GatewayServer(GatewaySettings.loopback(0), kafka)) {
      gateway.start();
      System.out.println(gateway.port());
      while (System.in.read() >= 0) {
        // until whoever started it is gone
      }
    }
  }

  int port() {
    return port;
  }

  /** Resident memory in MB. */
  long residentMegabytes() throws IOException {
    List<String> status = Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"));
    return status.stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .sum()
        / 1024;
  }

  /** Threads. */
  long threads() throws IOException {
    try (var tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      return tasks.count();
    }
  }

  @Override
  public void close() {
    process.destroy();
  }
}
