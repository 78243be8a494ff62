package io.clada.engine.eval;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Reads examples from a JSONL file, one object a line, as a stream: however large the file, one
 * line is in memory. Blank lines are passed over.
 *
 * <p>Confined to one thread.
 */
public final class ExampleReader implements Iterator<Example>, AutoCloseable {
  /** Characters of the longest line. */
  static final int MOST_LINE_CHARS = 8 << 20;

  private static final List<String> PROMPTS =
      List.of("prompt", "text", "article", "document", "question");
  private static final List<String> CONTINUATIONS = List.of("continuation", "completion");
  private static final List<String> REFERENCES =
      List.of("reference", "summary", "highlights", "target");

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readerFor(JsonNode.class);

  private final Path file;
  private final BufferedReader reader;
  private @Nullable String promptField;
  private final @Nullable String referenceField;
  private long line;
  private @Nullable Example next;

  /**
   * Opens a file.
   *
   * @param promptField null: the first of prompt, text, article, document and question that the
   *     first example has
   * @param referenceField null: reference, summary, highlights or target, where there is one
   * @throws ExampleException if the file cannot be opened, or its first example cannot be read
   */
  public ExampleReader(Path file, @Nullable String promptField, @Nullable String referenceField) {
    this.file = file;
    this.promptField = promptField;
    this.referenceField = referenceField;
    try {
      reader = Files.newBufferedReader(file);
    } catch (NoSuchFileException e) {
      throw new ExampleException("there is no file " + file, e);
    } catch (IOException e) {
      throw new ExampleException(file + " can't be read: " + e.getMessage(), e);
    }
    next = advance();
    if (next == null) {
      throw new ExampleException(file + " holds no example: give a JSON object on each line");
    }
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  /**
   * The next example.
   *
   * @throws ExampleException naming the line, if the one behind cannot be read
   */
  @Override
  public Example next() {
    Example example = next;
    if (example == null) {
      throw new NoSuchElementException(file + " has no more examples");
    }
    next = advance();
    return example;
  }

  private @Nullable Example advance() {
    try {
      String text = readLine();
      while (text != null && text.isBlank()) {
        text = readLine();
      }
      return text == null ? null : parse(text);
    } catch (CharacterCodingException e) {
      throw wrong("not UTF-8", e);
    } catch (IOException e) {
      throw wrong("can't be read: " + e.getMessage(), e);
    }
  }

  /** As BufferedReader's, but a line without end does not fill the memory. */
  private @Nullable String readLine() throws IOException {
    line++;
    StringBuilder text = new StringBuilder();
    int c = reader.read();
    if (c < 0) {
      return null;
    }
    while (c >= 0 && c != '\n') {
      if (text.length() == MOST_LINE_CHARS) {
        throw wrong("longer than " + MOST_LINE_CHARS + " characters", null);
      }
      text.append((char) c);
      c = reader.read();
    }
    return text.toString();
  }

  private Example parse(String text) {
    JsonNode json;
    try {
      json = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw wrong("not JSON: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
    }
    if (!json.isObject()) {
      throw wrong("not a JSON object", null);
    }
    String field = promptField;
    if (field == null) {
      field = firstOf(json, PROMPTS);
      if (field == null) {
        throw wrong("none of the fields " + PROMPTS + "; --prompt-field names another", null);
      }
      promptField = field;
    }
    String prompt = textOf(json, field);
    if (prompt == null || prompt.isEmpty()) {
      throw wrong("no text in the field '" + field + "'; --prompt-field names another", null);
    }
    try {
      Choices choices = Choices.of(json);
      return new Example(
          line,
          prompt,
          textOf(json, firstOf(json, CONTINUATIONS)),
          reference(json),
          choices.texts(),
          choices.answer());
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()), e);
    }
  }

  private @Nullable String reference(JsonNode json) {
    if (referenceField == null) {
      return textOf(json, firstOf(json, REFERENCES));
    }
    String reference = textOf(json, referenceField);
    if (reference == null) {
      throw wrong(
          "no text in the field '" + referenceField + "'; --reference-field names another", null);
    }
    return reference;
  }

  private static @Nullable String firstOf(JsonNode json, List<String> fields) {
    return fields.stream().filter(field -> json.path(field).isTextual()).findFirst().orElse(null);
  }

  private static @Nullable String textOf(JsonNode json, @Nullable String field) {
    return field == null ? null : json.path(field).textValue();
  }

  private ExampleException wrong(String problem, @Nullable Throwable cause) {
    String message = file + ", line " + line + ": " + problem;
    return cause == null ? new ExampleException(message) : new ExampleException(message, cause);
  }

  @Override
  public void close() {
    try {
      reader.close();
    } catch (IOException e) {
      throw new ExampleException(file + " can't be closed: " + e.getMessage(), e);
    }
  }
}
