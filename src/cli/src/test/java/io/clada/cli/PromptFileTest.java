package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.schemas.ChatMessage;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import io.clada.schemas.Priority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PromptFileTest {
  @TempDir private Path folder;
  private final GenerationOptions defaults = new GenerationOptions();

  @Test
  void aLineOverridesTheOptions() throws IOException {
    defaults.temperature = 0.5;
    defaults.seed = 1L;

    List<PromptFile.Line> lines =
        read(
            "prompt",
            """
            {"id": "a", "prompt": "one", "temperature": 0, "mode": "dense", "stop": ["x", "y"]}

            {"prompt": "two", "max_new_tokens": 7, "do_sample": false, "seed": 12345678901, "source": "x"}
            """);

    GenerationRequest one = lines.get(0).request();
    assertThat(lines.get(0).id()).isEqualTo("a");
    assertThat(one.getPrompt()).isEqualTo("one");
    assertThat(one.getTemperature()).isEqualTo(0.0);
    assertThat(one.getMode()).isEqualTo(Mode.DENSE);
    assertThat(one.getStop()).containsExactly("x", "y");
    assertThat(one.getSeed()).isEqualTo(1);
    GenerationRequest two = lines.get(1).request();
    assertThat(lines.get(1).id()).isNull();
    assertThat(two.getTemperature()).isEqualTo(0.5);
    assertThat(two.getMaxNewTokens()).isEqualTo(7);
    assertThat(two.getDoSample()).isFalse();
    assertThat(two.getSeed()).isEqualTo(12345678901L);
  }

  @Test
  void aLineMaySayHowItIsQueued() throws IOException {
    List<PromptFile.Line> lines =
        read(
            "prompt",
            """
            {"prompt": "one", "priority": "low", "tenant": "t", "deadline": 1893456000000, "rerun": true}
            {"prompt": "two", "deadline": "2030-01-01T01:00:00+01:00"}
            """);

    GenerationRequest one = lines.get(0).request();
    assertThat(one.getPriority()).isEqualTo(Priority.LOW);
    assertThat(one.getTenant()).isEqualTo("t");
    assertThat(one.getRerun()).isTrue();
    assertThat(one.getDeadline()).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
    assertThat(lines.get(1).request().getDeadline()).isEqualTo(one.getDeadline());
  }

  @Test
  void aLineMayBeAConversation() throws IOException {
    List<PromptFile.Line> lines =
        read(
            "prompt",
            """
            {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}]}
            """);

    GenerationRequest chat = lines.get(0).request();
    assertThat(chat.getPrompt()).isEmpty();
    assertThat(chat.getMessages())
        .containsExactly(new ChatMessage("system", "Be brief."), new ChatMessage("user", "Hi"));
  }

  @Test
  void thePromptMayBeInAnotherField() throws IOException {
    List<PromptFile.Line> lines = read("text", "{\"text\": \"hello\"}\n");

    assertThat(lines.get(0).request().getPrompt()).isEqualTo("hello");
  }

  @Test
  void anErrorNamesTheLineAndTheField() {
    assertThatThrownBy(() -> read("prompt", "{\"prompt\": \"a\"}\n{\"text\": \"b\"}\n"))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("--prompt-field");
    assertThatThrownBy(() -> read("prompt", "{\"prompt\": \"a\", \"top_k\": 1.5}\n"))
        .hasMessageContaining("top_k: 1.5 is not a whole number");
    assertThatThrownBy(() -> read("prompt", "{\"prompt\": \"a\", \"mode\": \"fast\"}\n"))
        .hasMessageContaining("mode: \"fast\" is not one of [CLADA");
    assertThatThrownBy(() -> read("prompt", "{\"prompt\": \"a\", \"deadline\": \"soon\"}\n"))
        .hasMessageContaining("deadline: \"soon\" is neither milliseconds");
    assertThatThrownBy(() -> read("prompt", "{\"messages\": [{\"role\": \"user\"}]}\n"))
        .hasMessageContaining("has no text for role and content");
    assertThatThrownBy(() -> read("prompt", "once\n")).hasMessageContaining("line 1: not JSON");
    assertThatThrownBy(() -> read("prompt", "\n")).hasMessageContaining("holds no request");
  }

  private List<PromptFile.Line> read(String promptField, String content) throws IOException {
    Path file = Files.writeString(folder.resolve("prompts.jsonl"), content);
    return new PromptFile(file, promptField, defaults::request).read();
  }
}
