package io.clada.engine.text.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import io.clada.engine.InvalidRequestException;
import io.clada.engine.text.ChatGolden;
import io.clada.engine.text.ChatTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Corners of the language, as Python's Jinja renders them. */
final class JinjaLanguageTest {
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");

  @TestFactory
  List<DynamicTest> snippetsRenderAsInPython() {
    JsonNode golden = ChatGolden.read();
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonNode snippet : golden.get("language")) {
      String template = snippet.get("template").asText();
      tests.add(
          DynamicTest.dynamicTest(
              template.replace('\n', ' '),
              () -> renders(template, golden.get("messages"), snippet)));
    }
    assertThat(tests).hasSizeGreaterThan(100);
    return tests;
  }

  private static void renders(String template, JsonNode messages, JsonNode expected) {
    if (expected.has("text")) {
      assertThat(render(template, messages)).isEqualTo(expected.get("text").asText());
    } else {
      Throwable refusal = catchThrowable(() -> render(template, messages));
      assertThat(refusal)
          .isInstanceOfAny(InvalidRequestException.class, IllegalArgumentException.class);
      if (expected.has("error")) {
        assertThat(refusal).hasMessage("messages: " + expected.get("error").asText());
      }
    }
  }

  private static String render(String template, JsonNode messages) {
    return new ChatTemplate(template, TOKENS, ChatGolden.CLOCK)
        .render(ChatGolden.messages(messages));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{{ 1 | nosuch }} ; the filter 'nosuch' is not supported",
        "{{ 1 is nosuch }} ; the test 'nosuch' is not supported",
        "{{ 'a'.nosuch() }} ; 'nosuch' of a string is undefined",
        "{{ [1].append(2) }} ; 'append' of a list is undefined",
        "{{ nosuch() }} ; 'nosuch' is undefined",
        "{{ 2 ** 8 }} ; unexpected '**'",
        "{{ 9223372036854775807+1 }} ; a whole number of more than 64 bits",
        "{% call f() %}{% endcall %} ; the tag 'call' is not supported here",
        "{% break %} ; 'break' outside of a loop",
        "{{ 1 if true else }} ; unexpected '}}'",
        "{{ trim(chars=1) }} ; 'trim' is undefined",
        "{{ 'x'.split(sep='x', y=1) }} ; there is no argument 'y'",
        "{% set a.b = 1 %} ; 'a' is no namespace, so nothing in it can be set",
        "{% for a, b in [[1]] %}{% endfor %} ; a list cannot be set to 2 names",
      })
  void whatIsMissingIsNamed(String template, String message) {
    assertThatExceptionOfType(JinjaException.class)
        .isThrownBy(() -> JinjaTemplate.parse(template).render(Map.of()))
        .withMessage(message)
        .satisfies(e -> assertThat(e.line()).isOne());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{{ x", "{% if", "{# never", "{% raw %}", "{{ 'open }}", "{{ ) }}", "{%"})
  void aTemplateThatIsCutOffIsRefused(String template) {
    assertThatExceptionOfType(JinjaException.class).isThrownBy(() -> JinjaTemplate.parse(template));
  }
}
