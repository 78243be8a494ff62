package io.clada.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.registry.CompatibilityLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The public contract against its past: {@code src/test/resources/released/vN/} holds the schemas
 * as version N had them, and is never edited.
 */
class ReleasedSchemasTest {
  private static final Path RELEASED = Path.of("src/test/resources/released");

  static Stream<Schema> current() {
    return Stream.of(
        GenerationRequest.getClassSchema(),
        TokenEvent.getClassSchema(),
        LoadTelemetry.getClassSchema(),
        NeuronUsage.getClassSchema(),
        SparsityStats.getClassSchema(),
        Thresholds.getClassSchema(),
        Backbone.getClassSchema());
  }

  private static List<Schema> releasedVersionsOf(Schema schema) {
    List<Schema> versions = new ArrayList<>();
    for (int version = 1; Files.isDirectory(RELEASED.resolve("v" + version)); version++) {
      Path file = RELEASED.resolve("v" + version).resolve(schema.getName() + ".avsc");
      if (Files.exists(file)) {
        versions.add(parse(file));
      }
    }
    return versions;
  }

  private static Schema parse(Path file) {
    try {
      return new Schema.Parser().parse(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("current")
  void everyReleasedVersionReadsTheCurrentOneAndIsReadByIt(Schema schema) {
    List<Schema> released = releasedVersionsOf(schema);

    assertThat(released).isNotEmpty();
    assertThat(CompatibilityLevel.FULL_TRANSITIVE.problems(schema, released)).isEmpty();
  }

  @Test
  void aFieldWithoutADefaultWouldBeNoticed() {
    Schema schema = Thresholds.getClassSchema();
    List<Schema.Field> fields = new ArrayList<>();
    schema.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(new Schema.Field("extra", Schema.create(Schema.Type.INT), "Extra.", null));
    Schema careless =
        Schema.createRecord(schema.getName(), null, schema.getNamespace(), false, fields);

    assertThat(CompatibilityLevel.FULL_TRANSITIVE.problems(careless, releasedVersionsOf(schema)))
        .singleElement()
        .asString()
        .contains("new cannot read old: READER_FIELD_MISSING_DEFAULT_VALUE", "extra");
  }

  @ParameterizedTest
  @MethodSource("current")
  void everyTypeAndFieldIsDocumented(Schema schema) {
    assertThat(undocumented(schema, new ArrayList<>())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("current")
  void everyEnumHasADefault(Schema schema) {
    assertThat(named(schema, new ArrayList<>()))
        .filteredOn(type -> type.getType() == Schema.Type.ENUM)
        .allSatisfy(type -> assertThat(type.getEnumDefault()).as(type.getName()).isNotNull());
  }

  private static List<String> undocumented(Schema schema, List<String> missing) {
    for (Schema type : named(schema, new ArrayList<>())) {
      if (isBlank(type.getDoc())) {
        missing.add(type.getName());
      }
      if (type.getType() == Schema.Type.RECORD) {
        type.getFields().stream()
            .filter(field -> isBlank(field.doc()))
            .forEach(field -> missing.add(type.getName() + "." + field.name()));
      }
    }
    return missing;
  }

  private static boolean isBlank(String doc) {
    return doc == null || doc.isBlank();
  }

  /** The records and enums that a schema is made of, itself included. */
  private static List<Schema> named(Schema schema, List<Schema> found) {
    switch (schema.getType()) {
      case RECORD -> {
        found.add(schema);
        schema.getFields().forEach(field -> named(field.schema(), found));
      }
      case ENUM -> found.add(schema);
      case ARRAY -> named(schema.getElementType(), found);
      case MAP -> named(schema.getValueType(), found);
      case UNION -> schema.getTypes().forEach(type -> named(type, found));
      default -> {
        // A primitive has no parts.
      }
    }
    return found;
  }
}
