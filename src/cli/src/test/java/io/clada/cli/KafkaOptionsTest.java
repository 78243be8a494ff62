package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KafkaOptionsTest {
  private final KafkaOptions options = new KafkaOptions();

  @Test
  void withoutAnythingThisComputerIsMeant() {
    assertThat(options.resolve(Map.of()))
        .containsEntry("bootstrap.servers", "127.0.0.1:9092")
        .containsEntry("schema.registry.url", "http://127.0.0.1:8081");
  }

  @Test
  void theMoreSpecificWins(@TempDir Path folder) throws IOException {
    Map<String, String> env =
        Map.of(
            "CLADA_BOOTSTRAP_SERVERS", "env:1",
            "CLADA_SCHEMA_REGISTRY_URL", "http://env:2");
    options.config =
        Files.writeString(
            folder.resolve("c.properties"),
            "bootstrap.servers=file:1\nsecurity.protocol=SSL\nlinger.ms=3\n");

    assertThat(options.resolve(env))
        .containsEntry("bootstrap.servers", "file:1")
        .containsEntry("schema.registry.url", "http://env:2")
        .containsEntry("security.protocol", "SSL");

    options.bootstrapServers = "option:1";
    options.properties = Map.of("linger.ms", "4");

    assertThat(options.resolve(env))
        .containsEntry("bootstrap.servers", "option:1")
        .containsEntry("linger.ms", "4");
  }

  @Test
  void aMissingFileIsNamed() {
    options.config = Path.of("nowhere.properties");

    assertThatThrownBy(() -> options.resolve(Map.of()))
        .isInstanceOf(CliException.class)
        .hasMessage("--config: there is no file nowhere.properties");
  }
}
