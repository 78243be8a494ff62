package io.clada.engine.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.util.Utils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextTokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void encodesAndDecodesAsPythonDoes(TestTokenizers model) throws IOException {
    JsonNode golden = JSON.readTree(model.directory().resolve("encodings.json").toFile());

    try (var tokenizer = TextTokenizer.load(model.directory())) {
      for (JsonNode row : golden) {
        int[] ids = JSON.convertValue(row.get("ids"), int[].class);
        assertThat(tokenizer.encode(row.get("text").asText())).as("%s", row).isEqualTo(ids);
        assertThat(tokenizer.decode(ids)).as("%s", row).isEqualTo(row.get("decoded").asText());
      }
    }
  }

  @Test
  void encodesAnEmptyTextAsItsSpecialTokens() {
    try (var tokenizer = TextTokenizer.load(TestTokenizers.BYTE_FALLBACK.directory())) {
      assertThat(tokenizer.encode("")).containsExactly(1);
      assertThat(tokenizer.decode(new int[0])).isEmpty();
    }
  }

  @Test
  void neitherTruncatesNorPads() {
    String text = "word ".repeat(4000).strip();

    try (var tokenizer = TextTokenizer.load(TestTokenizers.DEMO.directory())) {
      assertThat(tokenizer.encode(text)).hasSizeGreaterThan(4000);
      assertThat(tokenizer.decode(tokenizer.encode(text))).isEqualTo(text);
      assertThat(tokenizer.encode("a")).hasSize(2);
    }
  }

  @Test
  void neitherTruncatesNorPadsWhereTheFileSaysSo() throws IOException {
    Path file = TestTokenizers.DEMO.directory().resolve("tokenizer.json");
    ObjectNode json = (ObjectNode) JSON.readTree(file.toFile());
    json.set(
        "truncation",
        JSON.readTree(
            """
            {"direction":"Right","max_length":4,"strategy":"LongestFirst","stride":0}"""));
    json.set(
        "padding",
        JSON.readTree(
            """
            {"strategy":{"Fixed":9},"direction":"Right","pad_to_multiple_of":null,"pad_id":0,
             "pad_type_id":0,"pad_token":"<|endoftext|>"}"""));
    JSON.writeValue(directory.resolve("tokenizer.json").toFile(), json);

    try (var tokenizer = TextTokenizer.load(directory)) {
      assertThat(tokenizer.encode("a b c d e f g h i j k l")).hasSize(13);
      assertThat(tokenizer.encode("a")).hasSize(2);
    }
  }

  @Test
  void takesHalfASurrogatePairForAReplacementCharacter() {
    try (var tokenizer = TextTokenizer.load(TestTokenizers.DEMO.directory())) {
      assertThat(tokenizer.decode(tokenizer.encode("a\uD83Db\uDE00"))).isEqualTo("a\uFFFDb\uFFFD");
      assertThat(tokenizer.decode(tokenizer.encode("a\uD83D\uDE00"))).isEqualTo("a\uD83D\uDE00");
    }
  }

  @Test
  void refusesATextThatIsTooLong() {
    try (var tokenizer = TextTokenizer.load(TestTokenizers.DEMO.directory())) {
      assertThatThrownBy(() -> tokenizer.encode("a".repeat(TextTokenizer.MAX_CHARS + 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("1048577 characters are too many to encode; at most 1048576");
    }
  }

  @Test
  void skipsIdsThatTheVocabularyLacks() {
    try (var tokenizer = TextTokenizer.load(TestTokenizers.BYTE_LEVEL.directory())) {
      int[] ids = tokenizer.encode("ab");
      assertThat(tokenizer.decode(new int[] {ids[1], 384, Integer.MAX_VALUE, ids[2]}))
          .isEqualTo("ab");
    }
  }

  @Test
  void keepsItsLibraryOffTheNetwork() {
    System.clearProperty("ai.djl.offline");
    try (var tokenizer = TextTokenizer.load(TestTokenizers.BYTE_LEVEL.directory())) {
      assertThat(tokenizer.encode("a")).hasSize(2);
      assertThat(Utils.isOfflineMode()).isTrue();
    }
  }

  @Test
  void saysSoWhenItIsClosed() {
    var tokenizer = TextTokenizer.load(TestTokenizers.BYTE_LEVEL.directory());
    tokenizer.close();
    tokenizer.close();

    assertThatThrownBy(() -> tokenizer.encode("a")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> tokenizer.decode(new int[] {5}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesADirectoryWithoutTokenizer() {
    assertThatThrownBy(() -> TextTokenizer.load(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessage(directory + ": no tokenizer.json");
  }

  @Test
  void refusesWhatIsNotATokenizerInOneLine() throws IOException {
    Files.writeString(directory.resolve("tokenizer.json"), "{\"model\":\n{}}");

    assertThatThrownBy(() -> TextTokenizer.load(directory))
        .isInstanceOf(ModelLoadException.class)
        .hasMessageStartingWith("tokenizer.json: not a tokenizer: ")
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSize(1));
  }
}
