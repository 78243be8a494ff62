package io.clada.schemas.registry;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;

/**
 * Remembers what never changes: the id of a subject's schema and the schema of an id. Refusals and
 * failures are not remembered, nor is what changes, such as the latest version. Two threads that
 * miss at once both ask the registry: a call to it never runs under a lock of the cache.
 */
public final class CachingSchemaRegistry implements SchemaRegistry {
  private record Key(String subject, Schema schema) {}

  private final SchemaRegistry registry;
  private final Map<Key, Integer> registered = new ConcurrentHashMap<>();
  private final Map<Key, RegisteredSchema> found = new ConcurrentHashMap<>();
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

  public CachingSchemaRegistry(SchemaRegistry registry) {
    this.registry = registry;
  }

  @Override
  public int register(String subject, Schema schema) {
    Key key = new Key(subject, schema);
    Integer known = registered.get(key);
    if (known != null) {
      return known;
    }
    int id = registry.register(subject, schema);
    registered.put(key, id);
    return id;
  }

  @Override
  public RegisteredSchema lookUp(String subject, Schema schema) {
    Key key = new Key(subject, schema);
    RegisteredSchema known = found.get(key);
    if (known != null) {
      return known;
    }
    RegisteredSchema answer = registry.lookUp(subject, schema);
    found.put(key, answer);
    return answer;
  }

  @Override
  public Schema schema(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    Schema schema = registry.schema(id);
    schemas.put(id, schema);
    return schema;
  }

  @Override
  public List<String> subjects() {
    return registry.subjects();
  }

  @Override
  public List<Integer> versions(String subject) {
    return registry.versions(subject);
  }

  @Override
  public RegisteredSchema version(String subject, int version) {
    return registry.version(subject, version);
  }

  @Override
  public RegisteredSchema latest(String subject) {
    return registry.latest(subject);
  }

  @Override
  public boolean isCompatible(String subject, Schema schema) {
    return registry.isCompatible(subject, schema);
  }

  @Override
  public CompatibilityLevel compatibility(String subject) {
    return registry.compatibility(subject);
  }

  @Override
  public void setCompatibility(String subject, CompatibilityLevel level) {
    registry.setCompatibility(subject, level);
  }
}
