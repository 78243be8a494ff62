package io.clada.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the page's form asks for. */
final class AskTest {
  /** The seed that an answer was drawn with, as the page shows it, draws it again. */
  @Test
  void aSeedKeepsAllItsDigits() throws Exception {
    String json = "{\"prompt\":\"once\",\"seed\":\"-9223372036854775807\"}";

    assertThat(Ask.read(json.getBytes(StandardCharsets.UTF_8)).getSeed())
        .isEqualTo(-9223372036854775807L);
  }
}
