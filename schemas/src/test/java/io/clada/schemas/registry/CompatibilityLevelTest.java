package io.clada.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each change of a schema against each level, as Confluent's documentation has it. */
class CompatibilityLevelTest {
  private static final Schema OLD =
      SchemaBuilder.record("R").fields().requiredInt("kept").optionalInt("optional").endRecord();
  private static final Schema WITH_REQUIRED =
      SchemaBuilder.record("R")
          .fields()
          .requiredInt("kept")
          .optionalInt("optional")
          .requiredInt("more")
          .endRecord();
  private static final Schema WITHOUT_REQUIRED =
      SchemaBuilder.record("R").fields().optionalInt("optional").endRecord();
  private static final Schema WITHOUT_OPTIONAL =
      SchemaBuilder.record("R").fields().requiredInt("kept").endRecord();

  @ParameterizedTest(name = "{0}: required field added {1}, removed {2}; optional removed {3}")
  @CsvSource({
    "NONE,     true,  true,  true",
    "BACKWARD, false, true,  true",
    "FORWARD,  true,  false, true",
    "FULL,     false, false, true"
  })
  void fieldsMayComeAndGoByLevel(
      CompatibilityLevel level, boolean added, boolean removed, boolean optionalRemoved) {
    assertThat(level.problems(WITH_REQUIRED, List.of(OLD)).isEmpty()).isEqualTo(added);
    assertThat(level.problems(WITHOUT_REQUIRED, List.of(OLD)).isEmpty()).isEqualTo(removed);
    assertThat(level.problems(WITHOUT_OPTIONAL, List.of(OLD)).isEmpty()).isEqualTo(optionalRemoved);
  }

  @ParameterizedTest
  @CsvSource({"BACKWARD, BACKWARD_TRANSITIVE", "FULL,     FULL_TRANSITIVE"})
  void transitiveLevelsLookAtAllVersions(CompatibilityLevel latest, CompatibilityLevel all) {
    List<Schema> history = List.of(WITHOUT_REQUIRED, OLD);

    assertThat(latest.problems(OLD, history)).isEmpty();
    assertThat(all.problems(OLD, history)).isNotEmpty();
  }

  @Test
  void anEnumWithADefaultMayGrow() {
    Schema old = SchemaBuilder.enumeration("E").defaultSymbol("A").symbols("A", "B");
    Schema grown = SchemaBuilder.enumeration("E").defaultSymbol("A").symbols("A", "B", "C");
    Schema oldBare = SchemaBuilder.enumeration("E").symbols("A", "B");
    Schema grownBare = SchemaBuilder.enumeration("E").symbols("A", "B", "C");

    assertThat(CompatibilityLevel.FULL_TRANSITIVE.problems(grown, List.of(old))).isEmpty();
    assertThat(CompatibilityLevel.FULL_TRANSITIVE.problems(grownBare, List.of(oldBare)))
        .isNotEmpty();
  }

  @Test
  void aLevelIsReadInAnyCase() {
    assertThat(CompatibilityLevel.of("full_transitive"))
        .isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
    assertThatThrownBy(() -> CompatibilityLevel.of("sideways"))
        .isInstanceOfSatisfying(
            SchemaRegistryException.class, e -> assertThat(e.errorCode()).isEqualTo(42203))
        .hasMessageContaining("BACKWARD");
  }
}
