package io.clada.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;

/** What Avro's compiler adds to the schemas of generated classes, and no other language needs. */
final class JavaProperties {
  private JavaProperties() {}

  /** The schema as it is in its .avsc file. */
  static Schema removedFrom(Schema schema) {
    try {
      JsonNode json = new ObjectMapper().readTree(schema.toString());
      remove(json);
      return new Schema.Parser().parse(json.toString());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Avro wrote a schema that is no JSON", e);
    }
  }

  private static void remove(JsonNode json) {
    if (json instanceof ObjectNode object) {
      object.remove(GenericData.STRING_PROP);
    }
    json.forEach(JavaProperties::remove);
  }
}
