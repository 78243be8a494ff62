package io.clada.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.clada.engine.ChatMessage;
import io.clada.engine.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Conversations become what transformers makes of them. */
final class ChatTemplateTest {
  private static final JsonNode GOLDEN = ChatGolden.read();
  private static final List<ChatMessage> HELLO = List.of(new ChatMessage("user", "Hello"));

  @TestFactory
  List<DynamicTest> wellKnownTemplatesRenderAsInTransformers() {
    List<DynamicTest> tests = new ArrayList<>();
    GOLDEN
        .get("templates")
        .properties()
        .forEach(
            template ->
                template
                    .getValue()
                    .get("rendered")
                    .properties()
                    .forEach(
                        rendered ->
                            tests.add(
                                DynamicTest.dynamicTest(
                                    template.getKey() + ", " + rendered.getKey(),
                                    () ->
                                        renders(
                                            template.getKey(),
                                            template.getValue(),
                                            rendered.getKey(),
                                            rendered.getValue())))));
    assertThat(tests).hasSizeGreaterThan(300);
    return tests;
  }

  private static void renders(
      String name, JsonNode template, String conversation, JsonNode expected) {
    Map<String, String> tokens =
        Map.of(
            "bos_token",
            template.get("bos_token").asText(),
            "eos_token",
            template.get("eos_token").asText());
    ChatTemplate chat = new ChatTemplate(ChatGolden.template(name), tokens, ChatGolden.CLOCK);
    List<ChatMessage> messages = ChatGolden.messages(GOLDEN.get("conversations").get(conversation));

    if (expected.has("text")) {
      assertThat(chat.render(messages)).isEqualTo(expected.get("text").asText());
    } else {
      assertThatThrownBy(() -> chat.render(messages))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessage("messages: " + expected.get("error").asText());
    }
  }

  @Test
  void whatATemplateRaisesIsTheUsersErrorInTheTemplatesWords() {
    ChatTemplate chat = template("{{ raise_exception('Only ' ~ messages[0].role ~ '?') }}");

    assertThatThrownBy(() -> chat.render(HELLO))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("messages: Only user?");
  }

  @Test
  void aTemplateThatFailsNamesTheLineAndTheReason() {
    ChatTemplate chat = template("first\n{{ messages[7].role }}");

    assertThatThrownBy(() -> chat.render(HELLO))
        .hasMessage(
            "messages: the model's chat template cannot render them: line 2: element 7 is"
                + " undefined");
  }

  @Test
  void aTemplateThatCannotBeParsedIsRefusedWithItsLine() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> template("one\ntwo\n{% include 'x' %}"))
        .withMessage("line 3: the tag 'include' is not supported here");
  }

  @Test
  void nobodyIsAnsweredWhoSaysNothing() {
    assertThatThrownBy(() -> template("x").render(List.of()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("messages: is empty; give at least one message");
  }

  @Test
  void aTokenThatTheModelHasNotIsUndefined() {
    assertThat(template("[{{ bos_token }}{{ bos_token is defined }}]").render(HELLO))
        .isEqualTo("[False]");
  }

  @Test
  void theWordsOfAMessageAreNeverATemplate() {
    ChatTemplate chat = template("{% set t = messages[0].content %}{{ t }}{{ t | trim }}");

    assertThat(chat.render(List.of(new ChatMessage("user", "{{ 7 * 7 }}"))))
        .isEqualTo("{{ 7 * 7 }}{{ 7 * 7 }}");
  }

  @Test
  void aDateFormatKeepsWhatItDoesNotKnow() {
    assertThat(template("{{ strftime_now('%Q %d%') }}").render(HELLO)).isEqualTo("%Q 04%");
    assertThatThrownBy(() -> template("{{ strftime_now('%A' * 99) }}").render(HELLO))
        .hasMessage("messages: strftime_now: the format is too long");
  }

  private static ChatTemplate template(String source) {
    return new ChatTemplate(source, Map.of(), ChatGolden.CLOCK);
  }
}
