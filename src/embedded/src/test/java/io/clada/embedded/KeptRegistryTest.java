package io.clada.embedded;

import static io.clada.embedded.TestSchemas.NUMBERED_USER;
import static io.clada.embedded.TestSchemas.USER;
import static io.clada.embedded.TestSchemas.USER_WITH_AGE;
import static io.clada.embedded.TestSchemas.numbered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptRegistryTest {

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("registry.jsonl");
  }

  @Test
  void schemasHaveTheirIdsAndVersionsAfterARestart() {
    int first;
    int second;
    try (RegistryServer server = RegistryServer.start(0, file)) {
      first = new Rest(server).register("users-value", USER);
      second = new Rest(server).register("users-value", USER_WITH_AGE);
    }

    try (RegistryServer server = RegistryServer.start(0, file)) {
      Rest rest = new Rest(server);
      assertThat(rest.get("/subjects/users-value/versions/1").body().path("id").asInt())
          .isEqualTo(first);
      assertThat(rest.get("/subjects/users-value/versions/2").body().path("id").asInt())
          .isEqualTo(second);
      assertThat(rest.register("users-value", USER)).isEqualTo(first);
      assertThat(rest.register("others-value", numbered(1))).isEqualTo(second + 1);
    }
  }

  @Test
  void levelsHoldAfterARestart() {
    try (RegistryServer server = RegistryServer.start(0, file)) {
      Rest rest = new Rest(server);
      rest.send("/config/users-value", "PUT", "{\"compatibility\":\"NONE\"}");
      rest.register("users-value", USER);
      rest.register("users-value", NUMBERED_USER);
      rest.send("/config/users-value", "PUT", "{\"compatibility\":\"FORWARD\"}");
      rest.send("/config", "PUT", "{\"compatibility\":\"BACKWARD\"}");
    }

    try (RegistryServer server = RegistryServer.start(0, file)) {
      Rest rest = new Rest(server);
      assertThat(rest.get("/subjects/users-value/versions").body()).hasSize(2);
      assertThat(rest.get("/config/users-value").body())
          .hasToString("{\"compatibilityLevel\":\"FORWARD\"}");
      assertThat(rest.get("/config").body()).hasToString("{\"compatibilityLevel\":\"BACKWARD\"}");
    }
  }

  @Test
  void aLineThatACrashCutShortIsDropped() throws IOException {
    try (RegistryServer server = RegistryServer.start(0, file)) {
      new Rest(server).register("users-value", USER);
    }
    Files.writeString(file, "{\"subject\":\"half", StandardOpenOption.APPEND);

    try (RegistryServer server = RegistryServer.start(0, file)) {
      new Rest(server).register("others-value", numbered(1));
    }

    try (RegistryServer server = RegistryServer.start(0, file)) {
      assertThat(new Rest(server).get("/subjects").body().toString())
          .contains("users-value", "others-value")
          .doesNotContain("half");
    }
  }

  @Test
  void aDamagedFileIsRefusedByLine() throws IOException {
    try (RegistryServer server = RegistryServer.start(0, file)) {
      new Rest(server).register("users-value", USER);
    }
    List<String> lines = Files.readAllLines(file);
    Files.write(file, lines.subList(1, lines.size()));

    assertThatThrownBy(() -> RegistryServer.start(0, file))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining("registry file " + file + ", line 1: the schema has id 2");
  }

  @Test
  void aFileInUseIsNamed() {
    try (RegistryServer server = RegistryServer.start(0, file)) {
      assertThatThrownBy(() -> RegistryServer.start(0, file))
          .isInstanceOf(EmbeddedStartException.class)
          .hasMessageStartingWith("registry file " + file + " is already in use");
    }
  }

  @Test
  void manyClientsAtOnceAreAllRemembered() {
    Map<Integer, Integer> ids;
    try (RegistryServer server = RegistryServer.start(0, file)) {
      Rest rest = new Rest(server);
      ids =
          IntStream.range(0, 60)
              .parallel()
              .boxed()
              .collect(
                  Collectors.toMap(i -> i, i -> rest.register("s" + i % 20, numbered(i % 20))));
    }

    try (RegistryServer server = RegistryServer.start(0, file)) {
      Rest rest = new Rest(server);
      ids.forEach(
          (i, id) -> assertThat(rest.register("s" + i % 20, numbered(i % 20))).isEqualTo(id));
    }
  }
}
