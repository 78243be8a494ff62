package io.clada.engine.hf;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.clada.engine.ModelLoadException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A JSON object with the name under which its errors are reported: a file, or an object within one.
 * An absent field and a null one are the same, as in transformers.
 */
record JsonFile(String label, JsonNode node) {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static JsonFile read(Path file, long maxBytes) {
    String label = file.getFileName().toString();
    try {
      if (!Files.isRegularFile(file)) {
        throw Refusal.of(label, "not a file");
      }
      long size = Files.size(file);
      if (size > maxBytes) {
        throw Refusal.of(label, size + " bytes is too large; at most " + maxBytes);
      }
      return parse(label, Files.readAllBytes(file));
    } catch (IOException e) {
      throw Refusal.of(label, "cannot be read: " + e, e);
    }
  }

  static JsonFile parse(String label, byte[] json) {
    try {
      JsonNode node = JSON.readTree(json);
      if (!node.isObject()) {
        throw Refusal.of(label, "not a JSON object");
      }
      return new JsonFile(label, node);
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw Refusal.of(
          label, "not valid JSON" + where + ": " + Refusal.firstLine(e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw Refusal.of(label, "cannot be read: " + e, e);
    }
  }

  ModelLoadException error(String problem) {
    return Refusal.of(label, problem);
  }

  boolean has(String field) {
    return node.hasNonNull(field);
  }

  /** The field, or null where it is absent or null. */
  private @Nullable JsonNode find(String field) {
    JsonNode value = node.get(field);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable JsonFile object(String field) {
    JsonNode value = find(field);
    if (value == null) {
      return null;
    }
    if (!value.isObject()) {
      throw wrong(field, "an object", value);
    }
    return new JsonFile(label + ": " + field, value);
  }

  @Nullable String text(String field) {
    JsonNode value = find(field);
    if (value != null && !value.isTextual()) {
      throw wrong(field, "a string", value);
    }
    return value == null ? null : value.asText();
  }

  @Nullable Boolean bool(String field) {
    JsonNode value = find(field);
    if (value != null && !value.isBoolean()) {
      throw wrong(field, "true or false", value);
    }
    return value == null ? null : value.asBoolean();
  }

  boolean bool(String field, boolean otherwise) {
    Boolean value = bool(field);
    return value == null ? otherwise : value;
  }

  /** Refuses the other value of a field whose absence means this one. */
  void require(String field, boolean supported) {
    if (bool(field, supported) != supported) {
      throw error("%s %s is not supported; supported: %s".formatted(field, !supported, supported));
    }
  }

  @Nullable Double number(String field) {
    JsonNode value = find(field);
    if (value == null) {
      return null;
    }
    if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
      throw wrong(field, "a number", value);
    }
    return value.asDouble();
  }

  double positive(String field, @Nullable Double otherwise) {
    Double value = number(field);
    if (value == null && otherwise != null) {
      return otherwise;
    }
    if (value == null) {
      throw error(field + " is missing");
    }
    if (value <= 0) {
      throw wrong(field, "a positive number", node.get(field));
    }
    return value;
  }

  /** A token id, a count: a whole number from {@code least}. */
  @Nullable Integer whole(String field, int least) {
    JsonNode value = find(field);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < least) {
      throw wrong(field, "a whole number from " + least, value);
    }
    return value.asInt();
  }

  /** As {@link #whole}, where an absent field and a null one differ: null is none. */
  @Nullable Integer wholeOrNone(String field, int least, @Nullable Integer absent) {
    return node.has(field) ? whole(field, least) : absent;
  }

  /** From 1 to {@code most}. */
  int size(String field, int otherwise, int most) {
    Integer value = whole(field, 1);
    if (value != null && value > most) {
      throw wrong(field, "at most " + most, node.get(field));
    }
    return value == null ? otherwise : value;
  }

  /** The field where it is an array of strings, or null where it is absent. */
  @Nullable List<String> texts(String field) {
    JsonNode value = find(field);
    if (value == null) {
      return null;
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode text : value) {
      texts.add(text.asText());
    }
    if (!value.isArray()) {
      throw wrong(field, "a list of strings", value);
    }
    return texts;
  }

  /** One token id or a list of them; null where the field is absent. */
  @Nullable Set<Integer> tokenIds(String field) {
    JsonNode value = find(field);
    if (value == null) {
      return null;
    }
    var ids = new TreeSet<Integer>();
    for (JsonNode id : value.isArray() ? value : JSON.createArrayNode().add(value)) {
      if (!id.isIntegralNumber() || !id.canConvertToInt() || id.asInt() < 0) {
        throw wrong(field, "a token id or a list of them", value);
      }
      ids.add(id.asInt());
    }
    return ids;
  }

  private ModelLoadException wrong(String field, String wanted, JsonNode value) {
    return error(field + " must be " + wanted + ", not " + value);
  }
}
