package io.clada.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's body, field by field. Absent and null are the same; a field of the wrong type is an
 * {@link ApiException} that names it.
 */
record Body(ObjectNode json) {
  @Nullable JsonNode get(String field) {
    JsonNode value = json.get(field);
    return value == null || value.isNull() ? null : value;
  }

  @Nullable String text(String field) {
    JsonNode value = get(field);
    if (value != null && !value.isTextual()) {
      throw ApiException.invalid(field, value + " is not a text");
    }
    return value == null ? null : value.textValue();
  }

  boolean flag(String field) {
    JsonNode value = get(field);
    if (value != null && !value.isBoolean()) {
      throw ApiException.invalid(field, value + " is not true or false");
    }
    return value != null && value.booleanValue();
  }

  @Nullable Integer integer(String field) {
    JsonNode value = get(field);
    if (value != null && !(value.canConvertToExactIntegral() && value.canConvertToInt())) {
      throw ApiException.invalid(field, value + " is not a whole number");
    }
    return value == null ? null : value.intValue();
  }

  @Nullable Double number(String field) {
    JsonNode value = get(field);
    if (value != null && !value.isNumber()) {
      throw ApiException.invalid(field, value + " is not a number");
    }
    return value == null ? null : value.doubleValue();
  }

  /** One text, or a list of them; empty if absent. */
  List<String> texts(String field) {
    JsonNode value = get(field);
    if (value == null) {
      return List.of();
    }
    if (value.isTextual()) {
      return List.of(value.textValue());
    }
    List<String> texts = new ArrayList<>();
    if (value.isArray()) {
      for (JsonNode item : value) {
        if (item.isTextual()) {
          texts.add(item.textValue());
        }
      }
    }
    if (!value.isArray() || texts.size() != value.size()) {
      throw ApiException.invalid(field, "is neither a text nor a list of texts");
    }
    return texts;
  }

  @Nullable Body object(String field) {
    JsonNode value = get(field);
    if (value != null && !value.isObject()) {
      throw ApiException.invalid(field, value + " is not an object");
    }
    return value == null ? null : new Body((ObjectNode) value);
  }
}
