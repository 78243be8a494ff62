package io.clada.schemas.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;

/**
 * What a new version of a schema must be able to do, in Confluent's terms. Backward: it reads what
 * the old ones wrote. Forward: the old ones read what it writes. Full: both. Transitive: with every
 * earlier version, else with the latest alone.
 */
public enum CompatibilityLevel {
  NONE(false, false, false),
  BACKWARD(true, false, false),
  BACKWARD_TRANSITIVE(true, false, true),
  FORWARD(false, true, false),
  FORWARD_TRANSITIVE(false, true, true),
  FULL(true, true, false),
  FULL_TRANSITIVE(true, true, true);

  private final boolean backward;
  private final boolean forward;
  private final boolean transitive;

  CompatibilityLevel(boolean backward, boolean forward, boolean transitive) {
    this.backward = backward;
    this.forward = forward;
    this.transitive = transitive;
  }

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

  /**
   * What is wrong with a schema as the next version after these.
   *
   * @param earlier oldest first
   * @return one line per problem, naming the place in the schema; empty if there is none
   */
  public List<String> problems(Schema schema, List<Schema> earlier) {
    List<String> problems = new ArrayList<>();
    int oldest = transitive ? 0 : Math.max(0, earlier.size() - 1);
    for (int i = earlier.size() - 1; i >= oldest; i--) {
      if (backward) {
        addProblems("new cannot read old: ", schema, earlier.get(i), problems);
      }
      if (forward) {
        addProblems("old cannot read new: ", earlier.get(i), schema, problems);
      }
    }
    return problems;
  }

  private static void addProblems(
      String direction, Schema reader, Schema writer, List<String> problems) {
    SchemaCompatibility.checkReaderWriterCompatibility(reader, writer)
        .getResult()
        .getIncompatibilities()
        .forEach(
            found ->
                problems.add(
                    direction
                        + found.getType()
                        + " at "
                        + found.getLocation()
                        + ": "
                        + found.getMessage()));
  }
}
