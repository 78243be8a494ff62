package io.clada.embedded;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.schemas.registry.InMemorySchemaRegistry;
import io.clada.schemas.registry.SchemaRegistryException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * One call of the registry's REST API.
 *
 * @param path decoded segments; a subject may contain any character, slashes too
 * @param query the last value of each parameter
 */
record RegistryRequest(
    String method, List<String> path, Map<String, String> query, String bodyText) {
  static final int BAD_REQUEST = 400;

  private static final ObjectMapper JSON = new ObjectMapper();

  static RegistryRequest of(String method, URI uri, String body) {
    List<String> path = new ArrayList<>();
    for (String segment : parts(uri.getRawPath(), '/')) {
      // In a path, unlike in a query, a plus sign is a plus sign.
      path.add(decode(segment.replace("+", "%2B")));
    }
    Map<String, String> query = new HashMap<>();
    for (String parameter : parts(uri.getRawQuery() == null ? "" : uri.getRawQuery(), '&')) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      query.put(decode(name), equals < 0 ? "" : decode(parameter.substring(equals + 1)));
    }
    return new RegistryRequest(method, List.copyOf(path), Map.copyOf(query), body);
  }

  private static List<String> parts(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int begin = 0;
    for (int end = 0; end <= text.length(); end++) {
      if (end == text.length() || text.charAt(end) == separator) {
        if (end > begin) {
          parts.add(text.substring(begin, end));
        }
        begin = end + 1;
      }
    }
    return parts;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new SchemaRegistryException(BAD_REQUEST, "address: " + e.getMessage(), e);
    }
  }

  boolean flag(String name) {
    return Boolean.parseBoolean(query.get(name));
  }

  /** The Avro schema of a body {@code {"schema": "...", "schemaType": "AVRO"}}. */
  Schema schema() {
    JsonNode body = json();
    String type = body.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO")) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INVALID_SCHEMA,
          "schemaType '" + type + "' is not supported; supported: AVRO");
    }
    if (!body.path("references").isEmpty()) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INVALID_SCHEMA,
          "references to other schemas are not supported; write the schema out in full");
    }
    if (!body.path("schema").isTextual()) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INVALID_SCHEMA, "the body has no text field 'schema'");
    }
    return InMemorySchemaRegistry.parse(body.path("schema").asText());
  }

  /** The body as a JSON object. */
  JsonNode json() {
    try {
      JsonNode body = JSON.readTree(bodyText);
      if (body.isObject()) {
        return body;
      }
      throw new SchemaRegistryException(BAD_REQUEST, "the body is not a JSON object");
    } catch (JsonProcessingException e) {
      throw new SchemaRegistryException(
          BAD_REQUEST, "the body is not JSON: " + e.getClass().getSimpleName(), e);
    }
  }
}
