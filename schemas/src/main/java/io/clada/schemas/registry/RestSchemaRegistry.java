package io.clada.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.kafka.common.utils.Time;

/**
 * A client of Confluent's REST API (schema registry 7 and later, and whatever else speaks it).
 * Remembers nothing: put a {@link CachingSchemaRegistry} in front.
 */
final class RestSchemaRegistry implements SchemaRegistry {
  private static final String SUBJECTS = "/subjects/";

  private final RestTransport transport;

  RestSchemaRegistry(RestTransport transport) {
    this.transport = transport;
  }

  static RestSchemaRegistry connect(RestConfig config) {
    return new RestSchemaRegistry(new RestTransport(config, Time.SYSTEM::sleep));
  }

  @Override
  public int register(String subject, Schema schema) {
    return transport
        .post(SUBJECTS + escape(subject) + "/versions", body(schema))
        .path("id")
        .asInt();
  }

  @Override
  public RegisteredSchema lookUp(String subject, Schema schema) {
    return registered(transport.post(SUBJECTS + escape(subject), body(schema)));
  }

  @Override
  public Schema schema(int id) {
    return parse(transport.get("/schemas/ids/" + id));
  }

  @Override
  public List<String> subjects() {
    List<String> subjects = new ArrayList<>();
    transport.get("/subjects").forEach(subject -> subjects.add(subject.asText()));
    return subjects.stream().sorted().toList();
  }

  @Override
  public List<Integer> versions(String subject) {
    List<Integer> versions = new ArrayList<>();
    transport
        .get(SUBJECTS + escape(subject) + "/versions")
        .forEach(version -> versions.add(version.asInt()));
    return versions;
  }

  @Override
  public RegisteredSchema version(String subject, int version) {
    return registered(transport.get(SUBJECTS + escape(subject) + "/versions/" + version));
  }

  @Override
  public RegisteredSchema latest(String subject) {
    return registered(transport.get(SUBJECTS + escape(subject) + "/versions/latest"));
  }

  @Override
  public boolean isCompatible(String subject, Schema schema) {
    try {
      return transport
          .post("/compatibility" + SUBJECTS + escape(subject) + "/versions", body(schema))
          .path("is_compatible")
          .asBoolean();
    } catch (SchemaRegistryException e) {
      if (isUnknownSubject(e)) {
        return true; // so says Confluent's; Apicurio's does not know the subject
      }
      throw e;
    }
  }

  @Override
  public CompatibilityLevel compatibility(String subject) {
    try {
      return level("/config/" + escape(subject) + "?defaultToGlobal=true");
    } catch (SchemaRegistryException e) {
      if (isUnknownSubject(e)) {
        return level("/config"); // Apicurio's does not fall back for a subject without a version
      }
      throw e;
    }
  }

  private CompatibilityLevel level(String path) {
    return CompatibilityLevel.of(transport.get(path).path("compatibilityLevel").asText());
  }

  private static boolean isUnknownSubject(SchemaRegistryException e) {
    return e.errorCode() == SchemaRegistryException.SUBJECT_NOT_FOUND;
  }

  @Override
  public void setCompatibility(String subject, CompatibilityLevel level) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("compatibility", level.name());
    transport.put("/config/" + escape(subject), body);
  }

  private static ObjectNode body(Schema schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", schema.toString());
  }

  private static RegisteredSchema registered(JsonNode answer) {
    return new RegisteredSchema(
        answer.path("subject").asText(),
        answer.path("version").asInt(),
        answer.path("id").asInt(),
        parse(answer));
  }

  private static Schema parse(JsonNode answer) {
    String type = answer.path("schemaType").asText("AVRO");
    if (!type.equals("AVRO") || !answer.path("references").isEmpty()) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INVALID_SCHEMA,
          "The registry's schema is of type "
              + type
              + " or refers to others; only self-contained AVRO schemas are supported");
    }
    try {
      return new Schema.Parser().setValidateDefaults(false).parse(answer.path("schema").asText());
    } catch (AvroRuntimeException e) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INVALID_SCHEMA,
          "The registry's answer holds no valid Avro schema: " + e.getMessage(),
          e);
    }
  }

  private static String escape(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
