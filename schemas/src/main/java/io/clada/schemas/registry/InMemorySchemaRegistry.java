package io.clada.schemas.registry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A whole registry on the heap: nothing outlives the process. A schema's id depends on its content
 * alone, documentation included, and on the order of first registration.
 */
public final class InMemorySchemaRegistry implements SchemaRegistry {
  private final Map<String, Integer> idsByContent = new HashMap<>();
  private final List<Schema> schemas = new ArrayList<>();
  private final Map<String, List<RegisteredSchema>> subjects = new TreeMap<>();
  private final Map<String, CompatibilityLevel> levels = new HashMap<>();
  private CompatibilityLevel globalLevel = CompatibilityLevel.FULL_TRANSITIVE;

  private InMemorySchemaRegistry() {}

  /** A registry without schemas: the first one registered gets id 1. */
  public static InMemorySchemaRegistry empty() {
    return new InMemorySchemaRegistry();
  }

  /**
   * A registry that holds this project's schemas under their subjects, always with the same ids, so
   * that processes with a registry each still understand one another.
   */
  public static InMemorySchemaRegistry withBundledSchemas() {
    InMemorySchemaRegistry registry = empty();
    BundledSchemas.bySubject().forEach(registry::register);
    return registry;
  }

  /**
   * Parses a schema as clients send it.
   *
   * @throws SchemaRegistryException code 42201 if it isn't a valid Avro schema
   */
  public static Schema parse(String json) {
    try {
      return new Schema.Parser().parse(json);
    } catch (AvroRuntimeException e) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INVALID_SCHEMA, "Invalid Avro schema: " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized int register(String subject, Schema schema) {
    Optional<RegisteredSchema> known = find(subject, schema);
    if (known.isPresent()) {
      return known.get().id();
    }
    List<RegisteredSchema> earlier = subjects.getOrDefault(subject, List.of());
    List<String> problems = problems(subject, schema, earlier);
    if (!problems.isEmpty()) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INCOMPATIBLE,
          "Schema being registered is incompatible with an earlier schema for subject \""
              + subject
              + "\" at level "
              + levelOf(subject)
              + ": "
              + problems);
    }
    int id =
        idsByContent.computeIfAbsent(
            schema.toString(),
            content -> {
              schemas.add(schema);
              return schemas.size();
            });
    int version = earlier.isEmpty() ? 1 : earlier.get(earlier.size() - 1).version() + 1;
    subjects
        .computeIfAbsent(subject, name -> new ArrayList<>())
        .add(new RegisteredSchema(subject, version, id, schemas.get(id - 1)));
    return id;
  }

  @Override
  public synchronized RegisteredSchema lookUp(String subject, Schema schema) {
    versionsOf(subject);
    return find(subject, schema)
        .orElseThrow(
            () ->
                new SchemaRegistryException(
                    SchemaRegistryException.SCHEMA_NOT_FOUND,
                    "Schema " + schema.getFullName() + " not found in subject '" + subject + "'."));
  }

  @Override
  public synchronized Schema schema(int id) {
    if (id < 1 || id > schemas.size()) {
      throw new SchemaRegistryException(
          SchemaRegistryException.SCHEMA_NOT_FOUND, "Schema " + id + " not found");
    }
    return schemas.get(id - 1);
  }

  /** Where the schema with this id is registered. Code 40403 if it doesn't exist. */
  public synchronized List<RegisteredSchema> versionsOfId(int id) {
    schema(id);
    return subjects.values().stream().flatMap(List::stream).filter(v -> v.id() == id).toList();
  }

  @Override
  public synchronized List<String> subjects() {
    return List.copyOf(subjects.keySet());
  }

  @Override
  public synchronized List<Integer> versions(String subject) {
    return versionsOf(subject).stream().map(RegisteredSchema::version).toList();
  }

  @Override
  public synchronized RegisteredSchema version(String subject, int version) {
    if (version < 1) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INVALID_VERSION,
          "The specified version '" + version + "' is not a valid version id. Use 1 or more.");
    }
    return versionsOf(subject).stream()
        .filter(v -> v.version() == version)
        .findFirst()
        .orElseThrow(
            () ->
                new SchemaRegistryException(
                    SchemaRegistryException.VERSION_NOT_FOUND,
                    "Version " + version + " not found."));
  }

  @Override
  public synchronized RegisteredSchema latest(String subject) {
    List<RegisteredSchema> versions = versionsOf(subject);
    return versions.get(versions.size() - 1);
  }

  @Override
  public boolean isCompatible(String subject, Schema schema) {
    return incompatibilities(subject, schema).isEmpty();
  }

  /** Why {@link #register} would refuse the schema; empty if it wouldn't. */
  public synchronized List<String> incompatibilities(String subject, Schema schema) {
    return problems(subject, schema, subjects.getOrDefault(subject, List.of()));
  }

  /** Why the schema is incompatible with one version alone; empty if it isn't. */
  public synchronized List<String> incompatibilities(String subject, int version, Schema schema) {
    return problems(subject, schema, List.of(version(subject, version)));
  }

  @Override
  public synchronized CompatibilityLevel compatibility(String subject) {
    return levelOf(subject);
  }

  /** The subject's own level; empty if the registry's holds for it. */
  public synchronized Optional<CompatibilityLevel> ownCompatibility(String subject) {
    return Optional.ofNullable(levels.get(subject));
  }

  @Override
  public synchronized void setCompatibility(String subject, CompatibilityLevel level) {
    levels.put(subject, level);
  }

  /** The level of subjects without one of their own; FULL_TRANSITIVE until it is set. */
  public synchronized CompatibilityLevel globalCompatibility() {
    return globalLevel;
  }

  public synchronized void setGlobalCompatibility(CompatibilityLevel level) {
    globalLevel = level;
  }

  private CompatibilityLevel levelOf(String subject) {
    return levels.getOrDefault(subject, globalLevel);
  }

  private Optional<RegisteredSchema> find(String subject, Schema schema) {
    @Nullable Integer id = idsByContent.get(schema.toString());
    return subjects.getOrDefault(subject, List.of()).stream()
        .filter(v -> id != null && v.id() == id)
        .findFirst();
  }

  private List<RegisteredSchema> versionsOf(String subject) {
    List<RegisteredSchema> versions = subjects.get(subject);
    if (versions == null) {
      throw new SchemaRegistryException(
          SchemaRegistryException.SUBJECT_NOT_FOUND, "Subject '" + subject + "' not found.");
    }
    return versions;
  }

  private List<String> problems(String subject, Schema schema, List<RegisteredSchema> earlier) {
    return levelOf(subject)
        .problems(schema, earlier.stream().map(RegisteredSchema::schema).toList());
  }
}
