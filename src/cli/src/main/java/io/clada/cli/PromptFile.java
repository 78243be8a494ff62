package io.clada.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Requests from a JSONL file: one object per line, with the fields of the schema GenerationRequest,
 * and {@code id} if the request is to have one of its own. Other fields are ignored, so that any
 * data set that has prompts will do.
 */
final class PromptFile {
  /**
   * One line.
   *
   * @param id null: to be made up
   */
  record Line(@Nullable String id, GenerationRequest request) {}

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final String promptField;
  private final GenerationOptions defaults;

  /**
   * @param promptField the field that holds the prompt
   * @param defaults for what a line does not say
   */
  PromptFile(Path file, String promptField, GenerationOptions defaults) {
    this.file = file;
    this.promptField = promptField;
    this.defaults = defaults;
  }

  List<Line> read() {
    List<Line> lines = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        number++;
        if (!line.isBlank()) {
          lines.add(parse(line, number));
        }
      }
    } catch (NoSuchFileException e) {
      throw new CliException("--file: there is no file " + file, e);
    } catch (IOException e) {
      throw new CliException("--file: " + file + " can't be read: " + e.getMessage(), e);
    }
    if (lines.isEmpty()) {
      throw new CliException("--file: " + file + " holds no request");
    }
    return lines;
  }

  private Line parse(String line, int number) {
    JsonNode json;
    try {
      json = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      throw wrong(number, "not JSON: " + e.getOriginalMessage());
    }
    JsonNode prompt = json.get(promptField);
    if (prompt == null || !prompt.isTextual()) {
      throw wrong(
          number, "no text in the field '" + promptField + "'; --prompt-field names another");
    }
    GenerationRequest request = defaults.request(prompt.textValue());
    for (Schema.Field field : request.getSchema().getFields()) {
      JsonNode value = json.get(field.name());
      if (value != null && !value.isNull() && !field.name().equals("prompt")) {
        request.put(field.pos(), convert(field, value, number));
      }
    }
    JsonNode id = json.get("id");
    return new Line(id == null || id.isNull() ? null : id.asText(), request);
  }

  private Object convert(Schema.Field field, JsonNode value, int number) {
    Schema schema = field.schema();
    if (schema.isUnion()) {
      schema =
          schema.getTypes().stream()
              .filter(type -> type.getType() != Schema.Type.NULL)
              .findFirst()
              .orElseThrow();
    }
    Schema.Type type = schema.getType();
    if (type == Schema.Type.STRING && value.isTextual()) {
      return value.textValue();
    } else if (type == Schema.Type.BOOLEAN && value.isBoolean()) {
      return value.booleanValue();
    } else if (type == Schema.Type.INT
        && value.canConvertToExactIntegral()
        && value.canConvertToInt()) {
      return value.intValue();
    } else if (type == Schema.Type.LONG && value.canConvertToExactIntegral()) {
      return value.longValue();
    } else if (type == Schema.Type.DOUBLE && value.isNumber()) {
      return value.doubleValue();
    } else if (type == Schema.Type.ENUM && value.isTextual()) {
      String symbol = value.textValue().toUpperCase(Locale.ROOT);
      if (schema.hasEnumSymbol(symbol)) {
        return Mode.valueOf(symbol);
      }
    } else if (type == Schema.Type.ARRAY && value.isArray()) {
      List<String> items = new ArrayList<>();
      value.forEach(item -> items.add(item.asText()));
      return items;
    }
    throw wrong(number, field.name() + ": " + value + " is not " + expected(schema));
  }

  private static String expected(Schema schema) {
    return switch (schema.getType()) {
      case ENUM -> "one of " + schema.getEnumSymbols();
      case ARRAY -> "a list of texts";
      case INT, LONG -> "a whole number";
      case DOUBLE -> "a number";
      case BOOLEAN -> "true or false";
      default -> "a text";
    };
  }

  private CliException wrong(int number, String what) {
    return new CliException(file + ", line " + number + ": " + what);
  }
}
