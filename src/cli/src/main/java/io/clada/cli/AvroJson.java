package io.clada.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;

/** Records as JSON, with the schema's names; fields that are null are left out. */
final class AvroJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private AvroJson() {}

  static ObjectNode of(IndexedRecord avro) {
    ObjectNode json = JSON.createObjectNode();
    for (Schema.Field field : avro.getSchema().getFields()) {
      Object value = avro.get(field.pos());
      if (value != null) {
        json.set(field.name(), node(value));
      }
    }
    return json;
  }

  private static JsonNode node(Object value) {
    if (value instanceof IndexedRecord nested) {
      return of(nested);
    } else if (value instanceof List<?> items) {
      ArrayNode array = JSON.createArrayNode();
      items.forEach(item -> array.add(node(item)));
      return array;
    } else if (value instanceof Enum<?> || value instanceof Instant) {
      return JSON.getNodeFactory().textNode(value.toString());
    }
    return JSON.valueToTree(value);
  }
}
