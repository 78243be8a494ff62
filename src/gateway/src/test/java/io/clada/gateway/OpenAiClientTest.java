package io.clada.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.embedded.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * OpenAI's own client for Python, unmodified. It is installed once under {@code target}; where
 * there is no Python, or no index to install it from, there is nothing to test.
 */
final class OpenAiClientTest {
  private static final Logger log = LoggerFactory.getLogger(OpenAiClientTest.class);
  private static final String CLIENT = "openai==3.57.0";
  private static final Path VENV = Path.of("target", "openai-venv").toAbsolutePath();

  @TestFactory
  List<DynamicTest> itWorksUnmodified() {
    return python()
        .map(python -> DynamicTest.dynamicTest("openai for Python", () -> useIt(python)))
        .map(List::of)
        .orElse(List.of());
  }

  private static void useIt(Path python) throws Exception {
    Path script = Path.of("src", "test", "resources", "openai_client.py").toAbsolutePath();
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        ScriptedFleet fleet = new ScriptedFleet(kafka);
        GatewayServer gateway =
            new GatewayServer(
                GatewaySettings.loopback(0).withModels(List.of("scripted")), fleet.properties())) {
      gateway.start();

      assertThat(run(List.of(python.toString(), script.toString(), gateway.url())).lines())
          .containsExactly(
              "chat: 0 1 2 length 8",
              "logprob: -1.386",
              "streamed chat: the sun is up 7 5",
              "completion: 0 1 length",
              "streamed completion: 0 1 2 3",
              "models: ['scripted']",
              "extra: 0 77",
              "error: RateLimitError 429 None 7",
              "error: RateLimitError 429 None 7",
              "error: BadRequestError 400 temperature None",
              "error: NotFoundError 404 model None",
              "error: InternalServerError 500 None None",
              "error: BadRequestError 400 n None");
    }
  }

  private static Optional<Path> python() {
    Path python = VENV.resolve(Path.of("bin", "python"));
    Path installed = VENV.resolve("installed");
    try {
      if (!Files.exists(installed)) {
        run(List.of("python3", "-m", "venv", VENV.toString()));
        run(List.of(python.toString(), "-m", "pip", "install", "--quiet", CLIENT));
        Files.createFile(installed);
      }
      return Optional.of(python);
    } catch (UncheckedIOException | IOException e) {
      if (System.getenv("CLADA_REQUIRE_PEERS") != null) {
        throw new IllegalStateException("OpenAI's client cannot be installed", e);
      }
      log.warn("OpenAI's client is not tested: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static String run(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(4, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new UncheckedIOException(new IOException(command + ": " + output));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
