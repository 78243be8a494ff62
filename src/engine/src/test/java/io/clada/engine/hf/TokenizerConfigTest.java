package io.clada.engine.hf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a model's chat template and special tokens are found. */
final class TokenizerConfigTest {
  @TempDir Path directory;

  @BeforeEach
  void nothingElse() {
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void aDirectoryNeedsNeitherFile() {
    TokenizerConfig config = TokenizerConfig.of(directory);

    assertThat(config.chatTemplate()).isNull();
    assertThat(config.specialTokens()).isEmpty();
  }

  @Test
  void theTemplateAndTheTokensStandInTokenizerConfig() throws IOException {
    config(
        """
        {"chat_template": "{{ bos_token }}", "bos_token": "<s>",
         "eos_token": {"__type": "AddedToken", "content": "</s>", "lstrip": false}, "pad_token": null}
        """);

    TokenizerConfig config = TokenizerConfig.of(directory);

    assertThat(config.chatTemplate()).isEqualTo("{{ bos_token }}");
    assertThat(config.specialTokens())
        .containsOnly(
            java.util.Map.entry("bos_token", "<s>"), java.util.Map.entry("eos_token", "</s>"));
  }

  @Test
  void ofNamedTemplatesTheDefaultIsTaken() throws IOException {
    config(
        """
        {"chat_template": [{"name": "tool_use", "template": "tools"},
                           {"name": "default", "template": "plain"}]}
        """);

    assertThat(TokenizerConfig.of(directory).chatTemplate()).isEqualTo("plain");
  }

  @Test
  void namedTemplatesWithoutADefaultAreNone() throws IOException {
    config("{\"chat_template\": [{\"name\": \"rag\", \"template\": \"x\"}]}");

    assertThat(TokenizerConfig.of(directory).chatTemplate()).isNull();
  }

  @Test
  void theFileBesideItWins() throws IOException {
    config("{\"chat_template\": \"old\", \"bos_token\": \"<s>\"}");
    Files.writeString(directory.resolve("chat_template.jinja"), "new\n");

    TokenizerConfig config = TokenizerConfig.of(directory);

    assertThat(config.chatTemplate()).isEqualTo("new\n");
    assertThat(config.specialTokens()).containsKey("bos_token");
  }

  @Test
  void whatIsNoTemplateAndNoTokenIsRefused() throws IOException {
    config("{\"chat_template\": 7}");
    refuses("tokenizer_config.json: chat_template must be a string, not 7");

    config("{\"bos_token\": [1]}");
    refuses("bos_token must be a string or an object with content, not [1]");

    config("{\"bos_token\":");
    refuses("tokenizer_config.json: not valid JSON");
  }

  @Test
  void aTemplateFileThatIsNoTextOrTooLargeIsRefused() throws IOException {
    Path file = directory.resolve("chat_template.jinja");
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe});
    refuses("chat_template.jinja: not UTF-8");

    Files.write(file, new byte[(1 << 20) + 1]);
    refuses("chat_template.jinja: 1048577 bytes is too large");
  }

  private void config(String json) throws IOException {
    Files.writeString(directory.resolve("tokenizer_config.json"), json);
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> TokenizerConfig.of(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageContaining(message);
  }
}
