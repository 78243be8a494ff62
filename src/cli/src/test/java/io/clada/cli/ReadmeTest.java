package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every command that README.md and these pages show does what it says; {@link Snippets} has the
 * rules. What needs curl, or Python with OpenAI's client, is run where they are.
 */
final class ReadmeTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir private Path folder;
  private final Deque<Process> services = new ArrayDeque<>();
  private Map<String, String> environment;

  /** Other ports than the page's, which may be in use, and a state folder of its own. */
  @BeforeEach
  void prepare() throws IOException {
    int port = freePort();
    int registryPort = freePort();
    int gatewayPort = freePort();
    int statusPort = freePort();
    environment =
        Map.of(
            "CLADA_PORT",
            String.valueOf(port),
            "CLADA_REGISTRY_PORT",
            String.valueOf(registryPort),
            "CLADA_GATEWAY_PORT",
            String.valueOf(gatewayPort),
            "CLADA_STATUS_PORT",
            String.valueOf(statusPort),
            "CLADA_STATUS_URL",
            "http://127.0.0.1:" + statusPort,
            "OPENAI_PYTHON",
            TestConsole.HOME.resolve("src/gateway/target/openai-venv/bin/python").toString(),
            "CLADA_BOOTSTRAP_SERVERS",
            "127.0.0.1:" + port,
            "CLADA_SCHEMA_REGISTRY_URL",
            "http://127.0.0.1:" + registryPort,
            // Unpacking libtorch again for a home of its own takes a while.
            "DJL_CACHE_DIR",
            Path.of(System.getProperty("user.home"), ".djl.ai").toString());
    Files.createSymbolicLink(folder.resolve("src"), TestConsole.HOME.resolve("src"));
    Files.createSymbolicLink(folder.resolve("deploy"), TestConsole.HOME.resolve("deploy"));
    String command =
        CladaProcess.commandLine().stream()
            .map(word -> "'" + word.replace("'", "'\\''") + "'")
            .collect(Collectors.joining(" "))
            .replaceFirst("java' ", "java' '-Duser.home=" + folder + "' ");
    Path launcher =
        Files.writeString(folder.resolve("clada"), "#!/bin/sh\nexec " + command + " \"$@\"\n");
    Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @AfterEach
  void stopServices() throws InterruptedException {
    for (Process service : services) {
      List<ProcessHandle> all =
          Stream.concat(service.descendants(), Stream.of(service.toHandle())).toList();
      all.forEach(ProcessHandle::destroy);
      // All of them: the shell is gone long before what it started has closed its files.
      for (ProcessHandle process : all) {
        process.onExit().completeOnTimeout(process, 30, TimeUnit.SECONDS).join();
        process.destroyForcibly();
        process.onExit().join();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/gateway.md", "docs/topology.md"})
  void everySnippetRuns(String page) throws Exception {
    Path readme = TestConsole.HOME.resolve(page);
    assertThat(readme).exists();

    for (Snippets.Snippet snippet : Snippets.of(Files.readAllLines(readme))) {
      if (snippet instanceof Snippets.TextFile file) {
        Files.writeString(folder.resolve(file.name()), onTestPorts(file.body()));
      } else if (snippet instanceof Snippets.Script script && canRun(script.body())) {
        run(page, script);
      }
    }
  }

  private boolean canRun(String script) {
    boolean python = Files.exists(Path.of(environment.get("OPENAI_PYTHON")));
    boolean curl =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(folder -> Files.exists(Path.of(folder, "curl")));
    return (python || !script.contains("$OPENAI_PYTHON")) && (curl || !script.contains("curl "));
  }

  private void run(String page, Snippets.Script script) throws Exception {
    Path output = folder.resolve("line-" + script.line() + ".txt");
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-e", "-c", onTestPorts(script.body()))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    if (script.stays()) {
      services.push(process);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  Files.readString(output).toLowerCase(Locale.ROOT).contains("running")
                      || !process.isAlive());
      assertThat(process.isAlive()).describedAs(Files.readString(output)).isTrue();
    } else {
      boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      String what = page + ", line " + script.line() + ":\n" + Files.readString(output);
      assertThat(ended).describedAs(what).isTrue();
      assertThat(process.exitValue()).describedAs(what).isZero();
    }
  }

  private String onTestPorts(String settings) {
    return settings
        .replace("--metrics-port 9464", "--metrics-port 0")
        .replace("127.0.0.1:8080", "127.0.0.1:" + environment.get("CLADA_GATEWAY_PORT"))
        .replace("127.0.0.1:9092", environment.get("CLADA_BOOTSTRAP_SERVERS"))
        .replace("http://127.0.0.1:8081", environment.get("CLADA_SCHEMA_REGISTRY_URL"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
