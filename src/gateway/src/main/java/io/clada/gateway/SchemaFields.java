package io.clada.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import io.clada.schemas.Priority;
import java.util.Locale;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * CLADA's own parameters in a body of OpenAI's: the scalar fields of {@link GenerationRequest}, by
 * their names there.
 */
final class SchemaFields {
  /** Which OpenAI calls or means otherwise, or which are not a client's to say. */
  private static final Set<String> OTHERS =
      Set.of("prompt", "messages", "model", "stop", "tenant", "deadline", "rerun");

  private SchemaFields() {}

  /** A request with those that are there, and everything else at its default. */
  static GenerationRequest.Builder read(Body body) {
    GenerationRequest request = GenerationRequest.newBuilder().build();
    for (Schema.Field field : request.getSchema().getFields()) {
      JsonNode value = body.get(field.name());
      if (value != null && !OTHERS.contains(field.name())) {
        request.put(field.pos(), convert(field.name(), notNull(field.schema()), value));
      }
    }
    return GenerationRequest.newBuilder(request);
  }

  private static Schema notNull(Schema schema) {
    return schema.isUnion()
        ? schema.getTypes().stream()
            .filter(type -> type.getType() != Schema.Type.NULL)
            .findFirst()
            .orElseThrow()
        : schema;
  }

  private static Object convert(String name, Schema schema, JsonNode value) {
    if (!fits(schema, value)) {
      throw ApiException.invalid(name, value + " is not " + expected(schema));
    }
    return switch (schema.getType()) {
      case BOOLEAN -> value.booleanValue();
      case INT -> (Object) value.intValue();
      case LONG -> value.longValue();
      case DOUBLE -> value.doubleValue();
      default ->
          schema.getName().equals("Mode")
              ? Mode.valueOf(symbol(value))
              : Priority.valueOf(symbol(value));
    };
  }

  private static boolean fits(Schema schema, JsonNode value) {
    boolean whole = value.canConvertToExactIntegral();
    return switch (schema.getType()) {
      case BOOLEAN -> value.isBoolean();
      case INT -> whole && value.canConvertToInt();
      case LONG -> whole && value.canConvertToLong();
      case DOUBLE -> value.isNumber();
      case ENUM -> value.isTextual() && schema.hasEnumSymbol(symbol(value));
      default -> throw new IllegalStateException("no JSON is known for " + schema);
    };
  }

  private static String symbol(JsonNode value) {
    return value.asText().toUpperCase(Locale.ROOT);
  }

  private static String expected(Schema schema) {
    return switch (schema.getType()) {
      case BOOLEAN -> "true or false";
      case INT, LONG -> "a whole number";
      case DOUBLE -> "a number";
      default -> "one of " + String.join(", ", schema.getEnumSymbols()).toLowerCase(Locale.ROOT);
    };
  }
}
