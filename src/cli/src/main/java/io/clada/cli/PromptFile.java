package io.clada.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import io.clada.schemas.Priority;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
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
  private final Function<String, GenerationRequest> defaults;

  /**
   * @param promptField the field that holds the prompt
   * @param defaults from a prompt to a request, for what a line does not say
   */
  PromptFile(Path file, String promptField, Function<String, GenerationRequest> defaults) {
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
    boolean conversation = prompt == null && json.has("messages");
    if (!conversation && (prompt == null || !prompt.isTextual())) {
      throw wrong(
          number,
          "no text in the field '"
              + promptField
              + "', and no messages; --prompt-field names another");
    }
    GenerationRequest request = defaults.apply(conversation ? "" : prompt.textValue());
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
    } else if (type == Schema.Type.LONG && schema.getLogicalType() != null) {
      return time(field, value, number);
    } else if (type == Schema.Type.LONG && value.canConvertToExactIntegral()) {
      return value.longValue();
    } else if (type == Schema.Type.DOUBLE && value.isNumber()) {
      return value.doubleValue();
    } else if (type == Schema.Type.ENUM && value.isTextual()) {
      String symbol = value.textValue().toUpperCase(Locale.ROOT);
      if (schema.hasEnumSymbol(symbol)) {
        return schema.getName().equals("Mode") ? Mode.valueOf(symbol) : Priority.valueOf(symbol);
      }
    } else if (type == Schema.Type.ARRAY && value.isArray()) {
      boolean texts = schema.getElementType().getType() == Schema.Type.STRING;
      return texts ? texts(value) : messages(value, number);
    }
    throw wrong(number, field.name() + ": " + value + " is not " + expected(schema));
  }

  private Instant time(Schema.Field field, JsonNode value, int number) {
    if (value.canConvertToExactIntegral()) {
      return Instant.ofEpochMilli(value.longValue());
    }
    try {
      return OffsetDateTime.parse(value.asText()).toInstant();
    } catch (DateTimeParseException e) {
      throw wrong(
          number,
          field.name()
              + ": "
              + value
              + " is neither milliseconds since 1970 nor a time such as 2030-01-31T12:00:00Z");
    }
  }

  private static List<String> texts(JsonNode array) {
    List<String> items = new ArrayList<>();
    array.forEach(item -> items.add(item.asText()));
    return items;
  }

  private List<ChatMessage> messages(JsonNode array, int number) {
    List<ChatMessage> messages = new ArrayList<>();
    for (JsonNode item : array) {
      JsonNode role = item.get("role");
      JsonNode content = item.get("content");
      if (role == null || content == null || !role.isTextual() || !content.isTextual()) {
        throw wrong(number, "messages: " + item + " has no text for role and content");
      }
      messages.add(new ChatMessage(role.textValue(), content.textValue()));
    }
    return messages;
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
