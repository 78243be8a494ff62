package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One line that names what is wrong, and an exit code that is not zero. */
final class BadInputTest {
  @TempDir private Path folder;
  private final TestConsole console = new TestConsole();

  @Test
  void missingModelDirectory() {
    assertFails(generate(folder.resolve("nowhere")), "nowhere");
  }

  @Test
  void unsupportedModelType() throws IOException {
    Path model = copyOfDemoModel();
    Path config = model.resolve("config.json");
    Files.writeString(config, Files.readString(config).replace("\"llama\"", "\"bloom\""));

    assertFails(generate(model), "config.json", "bloom", "llama");
  }

  @Test
  void truncatedWeights() throws IOException {
    Path model = copyOfDemoModel();
    try (FileChannel weights =
        FileChannel.open(model.resolve("model.safetensors"), StandardOpenOption.WRITE)) {
      weights.truncate(weights.size() / 2);
    }

    assertFails(generate(model), "model.safetensors");
  }

  @Test
  void onlyPickledWeights() throws IOException {
    Path model = copyOfDemoModel();
    Files.move(model.resolve("model.safetensors"), model.resolve("pytorch_model.bin"));

    assertFails(generate(model), "pytorch_model.bin", "safe_serialization=True");
  }

  @Test
  void brokerPortInUse() throws IOException {
    try (ServerSocket taken = takenPort()) {
      String port = String.valueOf(taken.getLocalPort());

      assertFails(
          console.run(
              "up", "--no-worker", "--port", port, "--registry-port", "0", "--status-port", "0"),
          port,
          "in use");
    }
  }

  @Test
  void registryPortInUse() throws IOException {
    try (ServerSocket taken = takenPort()) {
      String port = String.valueOf(taken.getLocalPort());

      assertFails(
          console.run(
              "up", "--no-worker", "--port", "0", "--registry-port", port, "--status-port", "0"),
          port,
          "in use");
    }
  }

  @Test
  void unreachableBroker() throws IOException {
    String nobody = "127.0.0.1:" + freePort();
    for (String command : new String[] {"worker", "topology"}) {
      TestConsole own = new TestConsole();
      assertFails(
          own,
          own.run(command, "--bootstrap-servers", nobody, "-P", QUICKLY, "-P", AT_ONCE),
          nobody);
    }
    assertFails(console.run("submit", "--bootstrap-servers", nobody, "-P", QUICKLY, "x"), nobody);
  }

  @Test
  void namelessBroker() {
    assertFails(
        console.run("submit", "--bootstrap-servers", "no-such-host.invalid:9092", "x"),
        "no-such-host.invalid");
  }

  @Test
  void promptThatTheModelCannotTake() {
    assertFails(
        console.run(
            "generate",
            "--model-path",
            TestConsole.DEMO_MODEL.toString(),
            "--prompt",
            "a",
            "--temperature",
            "9"),
        "temperature");
  }

  @Test
  void wrongUsage() {
    int code = console.run("generate", "--no-such-option");

    assertThat(code).isEqualTo(2);
    assertThat(console.err().lines()).hasSize(1);
    assertThat(console.err()).contains("--no-such-option", "clada generate --help");
  }

  @Test
  void verboseShowsTheStackTrace() {
    int code = console.run("generate", "--verbose", "--model-path", "/nowhere", "--prompt", "x");

    assertThat(code).isEqualTo(1);
    assertThat(console.err()).contains("ModelLoadException", "\tat io.clada.");
  }

  private static final String QUICKLY = "default.api.timeout.ms=1000";
  private static final String AT_ONCE = "clada.startup.timeout.ms=1000";

  private int generate(Path model) {
    return console.run("generate", "--model-path", model.toString(), "--prompt", "once");
  }

  private void assertFails(int code, String... parts) {
    assertFails(console, code, parts);
  }

  private static void assertFails(TestConsole console, int code, String... parts) {
    assertThat(code).describedAs(console.err()).isEqualTo(1);
    assertThat(console.err().lines()).describedAs(console.err()).hasSize(1);
    assertThat(console.err()).startsWith("clada: ").contains(parts).doesNotContain("Exception");
    assertThat(console.out()).isEmpty();
  }

  private Path copyOfDemoModel() throws IOException {
    Path model = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(TestConsole.DEMO_MODEL)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    return model;
  }

  /** On the address that the embedded parts listen on. */
  private static ServerSocket takenPort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
