package io.clada.engine.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data sets as they are published. */
final class ExampleReaderTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"prompt", "text", "article", "document", "question"})
  void thePromptIsFoundUnderItsUsualNames(String field) throws IOException {
    List<Example> examples = read("{\"id\": 7, \"" + field + "\": \"once\"}\n", null, null);

    assertThat(examples).singleElement().extracting(Example::prompt).isEqualTo("once");
  }

  @Test
  void theFieldOfTheFirstExampleIsThatOfAll() {
    assertThatThrownBy(() -> read("{\"text\": \"a\"}\n\n{\"prompt\": \"b\"}\n", null, null))
        .isInstanceOf(ExampleException.class)
        .hasMessageEndingWith(
            "data.jsonl, line 3: no text in the field 'text'; --prompt-field names another");
  }

  @Test
  void aSummaryIsAReferenceAndACompletionAContinuation() throws IOException {
    Example example =
        read(
                """
                {"article": "long", "highlights": "short", "completion": " story"}
                """,
                null,
                null)
            .get(0);

    assertThat(example.reference()).isEqualTo("short");
    assertThat(example.continuation()).isEqualTo(" story");
    assertThat(example.choices()).isEmpty();
  }

  @Test
  void fieldsCanBeNamed() throws IOException {
    Example example =
        read("{\"text\": \"x\", \"body\": \"b\", \"tl\": \"t\"}", "body", "tl").get(0);

    assertThat(example.prompt()).isEqualTo("b");
    assertThat(example.reference()).isEqualTo("t");
    assertThatThrownBy(() -> read("{\"body\": \"b\"}", "body", "tl"))
        .hasMessageContaining("no text in the field 'tl'; --reference-field names another");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2        | ['red', 'green', 'blue']",
        "'C'      | ['red', 'green', 'blue']",
        "'c'      | ['red', 'green', 'blue']",
        "'blue'   | ['red', 'green', 'blue']",
        "'A'      | ['red', 'green', 'A']",
        "'3'      | {'text': ['red', 'green', 'blue'], 'label': ['1', '2', '3']}",
        "'C'      | {'text': ['red', 'green', 'blue'], 'label': ['A', 'B', 'C']}",
      },
      quoteCharacter = '`')
  void anAnswerIsAnIndexALetterALabelOrAText(String answer, String choices) throws IOException {
    String json = "{'question': 'q', 'choices': %s, 'answer': %s}".formatted(choices, answer);

    Example example = read(json.replace('\'', '"'), null, null).get(0);

    assertThat(example.choices()).hasSize(3);
    assertThat(example.answer()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'choices': ['a', 'b'], 'answer': 2}   | answer: 2; give the index, the letter or the text",
        "{'choices': ['a', 'b'], 'answer': 'z'} | answer: \"z\"; give the index",
        "{'choices': ['a', 'b'], 'answer': -1}  | answer: -1",
        "{'choices': ['a', 'b'], 'answer': 4e9} | answer: 4",
        "{'choices': ['a', 'b']}                | answer: missing",
        "{'choices': ['a'], 'answer': 0}        | choices: give at least two texts",
        "{'choices': ['a', 7], 'answer': 0}     | choices: 7 is no text",
        "{'choices': ['a', ''], 'answer': 0}    | choices: \"\" is no text",
      })
  void choicesThatMakeNoSenseAreRefusedWithTheirLine(String json, String problem) {
    String line = json.replaceFirst("\\{", "{'text': 't', ").replace('\'', '"');

    assertThatThrownBy(() -> read("{\"text\": \"fine\"}\n" + line, null, null))
        .isInstanceOf(ExampleException.class)
        .hasMessageContaining("data.jsonl, line 2: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"text\": \"a\"            | not JSON",
        "{\"text\": \"a\"} trailing  | not JSON",
        "[\"text\"]                  | not a JSON object",
        "{\"body\": \"a\"}           | none of the fields [prompt, text, article",
        "{\"text\": \"\"}            | no text in the field 'text'",
        "{\"text\": 7}               | none of the fields",
      })
  void whatIsNoExampleIsRefusedWithItsLine(String json, String problem) {
    assertThatThrownBy(() -> read("\n" + json + "\n", null, null))
        .isInstanceOf(ExampleException.class)
        .hasMessageContaining("data.jsonl, line 2: " + problem);
  }

  @Test
  void anEndlessLineDoesNotFillTheMemory() {
    String line = "{\"text\": \"" + "x".repeat(ExampleReader.MOST_LINE_CHARS) + "\"}";

    assertThatThrownBy(() -> read(line, null, null))
        .hasMessageContaining("line 1: longer than 8388608 characters");
  }

  @Test
  void bytesThatAreNoTextAreRefused() throws IOException {
    Path file = Files.write(directory.resolve("data.jsonl"), new byte[] {'{', (byte) 0xff});

    assertThatThrownBy(() -> new ExampleReader(file, null, null))
        .hasMessageContaining("line 1: not UTF-8");
  }

  @Test
  void aFileThatIsNotThereOrHoldsNothingSaysSo() throws IOException {
    assertThatThrownBy(() -> new ExampleReader(directory.resolve("none.jsonl"), null, null))
        .hasMessageContaining("there is no file");
    assertThatThrownBy(() -> read("\n \n", null, null)).hasMessageContaining("holds no example");
  }

  private List<Example> read(String text, @Nullable String prompt, @Nullable String reference)
      throws IOException {
    Path file = Files.writeString(directory.resolve("data.jsonl"), text);
    List<Example> examples = new ArrayList<>();
    try (ExampleReader reader = new ExampleReader(file, prompt, reference)) {
      reader.forEachRemaining(examples::add);
    }
    return examples;
  }
}
