package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.clada.engine.BatchEngine;
import io.clada.engine.CladaModel;
import io.clada.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Python example, with Confluent's client from PyPI. Where there is no Python 3, or no way to
 * fetch that client, there is nothing to test.
 */
final class PythonClientTest {
  private static final String CLIENT = "confluent-kafka[avro]==2.16.1";
  private static final Path SCRIPT =
      TestConsole.HOME.resolve("src/client/src/main/python/submit.py");

  /** Kept from build to build: fetching takes longer than all else. */
  private static final Path VENV = Path.of("target", "python").toAbsolutePath();

  @TempDir private static Path folder;

  private record Ended(int code, String output) {}

  @BeforeAll
  static void install() throws Exception {
    Path marker = VENV.resolve(CLIENT.replaceAll("\\W", "-"));
    if (!Files.exists(marker)) {
      Ended made = run(List.of("python3", "-m", "venv", "--clear", VENV.toString()), Map.of());
      require(made, "python3 -m venv");
      Ended fetched =
          run(
              List.of(VENV.resolve("bin/pip").toString(), "install", "-q", "--retries=1", CLIENT),
              Map.of());
      require(fetched, "pip install");
      Files.createFile(marker);
    }
  }

  /** Left out where Python or its index is not to be had, unless CLADA_REQUIRE_PEERS is set. */
  private static void require(Ended ended, String command) {
    boolean given = ended.code() == 0 || System.getenv("CLADA_REQUIRE_PEERS") != null;
    assumeTrue(given, () -> command + ": " + ended.output());
    assertThat(ended.code()).as("%s: %s", command, ended.output()).isZero();
  }

  @Test
  void postsAPromptAndPrintsItsTokens() throws Exception {
    Logging.interactive();
    try (LocalSystem system =
        LocalSystem.start(
            LocalSystem.Options.ephemeral(
                2,
                () ->
                    new BatchEngine(
                        CladaModel.load(TestConsole.DEMO_MODEL), EngineOptions.DEFAULT)))) {
      Ended ended =
          run(
              List.of(VENV.resolve("bin/python").toString(), SCRIPT.toString(), "once upon a time"),
              Map.of(
                  "CLADA_BOOTSTRAP_SERVERS",
                  system.bootstrapServers(),
                  "CLADA_SCHEMA_REGISTRY_URL",
                  system.registryUrl()));

      assertThat(ended.code()).as(ended.output()).isZero();
      assertThat(ended.output().lines().toList())
          .hasSizeGreaterThanOrEqualTo(2)
          .last()
          .asString()
          .matches("(STOP|LENGTH): .*'completion_tokens': [1-9].*");
    }
  }

  private static Ended run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "python", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(command + " does not end:\n" + Files.readString(output));
      }
      return new Ended(process.exitValue(), Files.readString(output));
    } catch (IOException e) {
      return new Ended(-1, e.toString());
    }
  }
}
