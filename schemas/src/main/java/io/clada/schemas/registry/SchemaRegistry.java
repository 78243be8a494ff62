package io.clada.schemas.registry;

import java.util.List;
import org.apache.avro.Schema;

/**
 * A registry of schemas with Confluent's semantics: a subject holds numbered versions, a schema's
 * id is global, and a version is only added if it is compatible with earlier ones. Safe for use by
 * several threads.
 *
 * <p>Every method throws {@link SchemaRegistryException}, whose code says what was refused, or
 * {@link RegistryUnavailableException} if it may succeed later.
 */
public interface SchemaRegistry {

  /**
   * Adds the schema as the subject's next version, unless it is one of its versions already.
   *
   * @return the schema's id
   * @throws SchemaRegistryException code 409 if it is incompatible with earlier versions
   */
  int register(String subject, Schema schema);

  /**
   * Finds the version of the subject that has exactly this content.
   *
   * @throws SchemaRegistryException code 40401 or 40403
   */
  RegisteredSchema lookUp(String subject, Schema schema);

  /**
   * The schema with this id.
   *
   * @throws SchemaRegistryException code 40403
   */
  Schema schema(int id);

  /** All subjects, sorted. */
  List<String> subjects();

  /**
   * The subject's versions, ascending.
   *
   * @throws SchemaRegistryException code 40401
   */
  List<Integer> versions(String subject);

  /**
   * One version of the subject.
   *
   * @throws SchemaRegistryException code 40401, 40402, or 42202 if the number is below 1
   */
  RegisteredSchema version(String subject, int version);

  /**
   * The subject's newest version.
   *
   * @throws SchemaRegistryException code 40401
   */
  RegisteredSchema latest(String subject);

  /** Whether {@link #register} would accept the schema; true if the subject is new. */
  boolean isCompatible(String subject, Schema schema);

  /** The level that holds for the subject: its own, else the registry's. */
  CompatibilityLevel compatibility(String subject);

  /** Gives the subject, which need not exist yet, a level of its own. */
  void setCompatibility(String subject, CompatibilityLevel level);
}
