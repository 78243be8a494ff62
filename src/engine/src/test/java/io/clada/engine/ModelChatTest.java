package io.clada.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.text.ChatGolden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a model directory to a rendered conversation. */
final class ModelChatTest {
  private static final List<ChatMessage> HELLO =
      List.of(new ChatMessage("system", "be kind. "), new ChatMessage("user", " once upon a time"));

  @TempDir Path directory;

  @Test
  void theDemoModelGoesOnWithWhatWasSaid() {
    Path demo = Path.of("../models/demo-llama");

    assertThat(ModelChat.of(demo, "demo-llama", ChatGolden.CLOCK).render(HELLO))
        .isEqualTo("<|endoftext|>be kind. once upon a time");
  }

  @Test
  void aModelWithoutATemplateSaysSo() {
    ModelChat chat = ModelChat.of(directory, "plain", ChatGolden.CLOCK);

    assertThatThrownBy(() -> chat.render(HELLO))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("messages: model 'plain' has no chat template; send a prompt instead");
  }

  @Test
  void aTemplateThatCannotBeParsedLeavesAModelForPrompts() throws IOException {
    Files.writeString(directory.resolve("chat_template.jinja"), "{% include 'x' %}");
    ModelChat chat = ModelChat.of(directory, "odd", ChatGolden.CLOCK);

    assertThatThrownBy(() -> chat.render(HELLO))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "messages: the chat template of model 'odd' can't be used: line 1: the tag 'include' is"
                + " not supported here; send a prompt instead");
  }
}
