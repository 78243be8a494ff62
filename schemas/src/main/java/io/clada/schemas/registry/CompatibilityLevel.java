package io.clada.schemas.registry;

import java.util.Locale;
import org.apache.avro.SchemaValidator;
import org.apache.avro.SchemaValidatorBuilder;

/**
 * What a new version of a schema must be able to do, in Confluent's terms. Backward: it reads what
 * the old ones wrote. Forward: the old ones read what it writes. Full: both. Transitive: with every
 * earlier version, else with the latest alone.
 */
public enum CompatibilityLevel {
  NONE,
  BACKWARD,
  BACKWARD_TRANSITIVE,
  FORWARD,
  FORWARD_TRANSITIVE,
  FULL,
  FULL_TRANSITIVE;

  /**
   * The level of that name, in any case.
   *
   * @throws SchemaRegistryException code 42203 if there is none
   */
  public static CompatibilityLevel of(String name) {
    try {
      return valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new SchemaRegistryException(
          SchemaRegistryException.INVALID_LEVEL,
          "compatibility level '"
              + name
              + "' does not exist; use NONE, BACKWARD, FORWARD, FULL or one of the last three with"
              + " _TRANSITIVE",
          e);
    }
  }

  /** Checks a schema against earlier ones, which it wants newest first. */
  SchemaValidator validator() {
    SchemaValidatorBuilder builder = new SchemaValidatorBuilder();
    return switch (this) {
      case NONE -> (schema, earlier) -> {};
      case BACKWARD -> builder.canReadStrategy().validateLatest();
      case BACKWARD_TRANSITIVE -> builder.canReadStrategy().validateAll();
      case FORWARD -> builder.canBeReadStrategy().validateLatest();
      case FORWARD_TRANSITIVE -> builder.canBeReadStrategy().validateAll();
      case FULL -> builder.mutualReadStrategy().validateLatest();
      case FULL_TRANSITIVE -> builder.mutualReadStrategy().validateAll();
    };
  }
}
