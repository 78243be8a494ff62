package io.clada.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds for every registry, and for every client of one: extend it and run. */
public abstract class SchemaRegistryContract {
  private static final String SUBJECT = "greetings-value";
  private static final Schema GREETING = record("Greeting").requiredString("text").endRecord();
  private static final Schema POLITE_GREETING =
      record("Greeting").requiredString("text").optionalString("name").endRecord();
  private static final Schema OTHER_GREETING = record("Greeting").requiredInt("words").endRecord();

  private SchemaRegistry registry;

  /** A client of a registry that holds nothing, at level FULL_TRANSITIVE. */
  protected abstract SchemaRegistry emptyRegistry();

  /** The id of the first schema, for a registry that has held others before. */
  protected int firstId() {
    return 1;
  }

  private static SchemaBuilder.FieldAssembler<Schema> record(String name) {
    return SchemaBuilder.record(name).namespace("io.clada.test").fields();
  }

  @BeforeEach
  void openRegistry() {
    registry = emptyRegistry();
  }

  @Test
  void aRegisteredSchemaIsFoundByItsId() {
    int id = registry.register(SUBJECT, GREETING);

    assertThat(registry.schema(id)).isEqualTo(GREETING);
  }

  @Test
  void idsBeginAtOne() {
    assertThat(registry.register(SUBJECT, GREETING)).isEqualTo(firstId());
  }

  @Test
  void registeringAgainChangesNothing() {
    int id = registry.register(SUBJECT, GREETING);

    assertThat(registry.register(SUBJECT, GREETING)).isEqualTo(id);
    assertThat(registry.versions(SUBJECT)).containsExactly(1);
  }

  @Test
  void aSchemaHasOneIdUnderAllSubjects() {
    int id = registry.register(SUBJECT, GREETING);

    assertThat(registry.register("farewells-value", GREETING)).isEqualTo(id);
    assertThat(registry.subjects()).containsExactly("farewells-value", SUBJECT);
  }

  @Test
  void aCompatibleSchemaBecomesTheNextVersion() {
    int first = registry.register(SUBJECT, GREETING);
    int second = registry.register(SUBJECT, POLITE_GREETING);

    assertThat(registry.versions(SUBJECT)).containsExactly(1, 2);
    assertThat(registry.version(SUBJECT, 1))
        .isEqualTo(new RegisteredSchema(SUBJECT, 1, first, GREETING));
    assertThat(registry.latest(SUBJECT))
        .isEqualTo(new RegisteredSchema(SUBJECT, 2, second, POLITE_GREETING));
  }

  @Test
  void anIncompatibleSchemaIsRefused() {
    registry.register(SUBJECT, GREETING);

    assertRefused(() -> registry.register(SUBJECT, OTHER_GREETING), 409);
    assertThat(registry.versions(SUBJECT)).containsExactly(1);
  }

  @Test
  void anIncompatibleSchemaIsAcceptedAtLevelNone() {
    registry.register(SUBJECT, GREETING);
    registry.setCompatibility(SUBJECT, CompatibilityLevel.NONE);

    registry.register(SUBJECT, OTHER_GREETING);

    assertThat(registry.compatibility(SUBJECT)).isEqualTo(CompatibilityLevel.NONE);
    assertThat(registry.versions(SUBJECT)).containsExactly(1, 2);
  }

  @Test
  void theLevelOfOneSubjectIsNotThatOfOthers() {
    registry.setCompatibility(SUBJECT, CompatibilityLevel.NONE);

    assertThat(registry.compatibility("farewells-value"))
        .isEqualTo(CompatibilityLevel.FULL_TRANSITIVE);
  }

  @Test
  void compatibilityIsCheckedWithoutRegistering() {
    registry.register(SUBJECT, GREETING);

    assertThat(registry.isCompatible(SUBJECT, POLITE_GREETING)).isTrue();
    assertThat(registry.isCompatible(SUBJECT, OTHER_GREETING)).isFalse();
    assertThat(registry.versions(SUBJECT)).containsExactly(1);
  }

  @Test
  void anythingIsCompatibleWithANewSubject() {
    assertThat(registry.isCompatible(SUBJECT, GREETING)).isTrue();
  }

  @Test
  void aSchemaIsLookedUpByItsContent() {
    registry.register(SUBJECT, GREETING);
    int second = registry.register(SUBJECT, POLITE_GREETING);

    assertThat(registry.lookUp(SUBJECT, POLITE_GREETING))
        .isEqualTo(new RegisteredSchema(SUBJECT, 2, second, POLITE_GREETING));
  }

  @Test
  void whatIsNotThereIsNamedByItsCode() {
    assertRefused(() -> registry.versions("nobody-value"), 40401);
    assertRefused(() -> registry.latest("nobody-value"), 40401);
    assertRefused(() -> registry.lookUp("nobody-value", GREETING), 40401);
    assertRefused(() -> registry.schema(17), 40403);

    registry.register(SUBJECT, GREETING);
    assertRefused(() -> registry.version(SUBJECT, 2), 40402);
    assertRefused(() -> registry.lookUp(SUBJECT, POLITE_GREETING), 40403);
  }

  @Test
  void aSubjectMayHoldAnyCharacter() {
    String subject = "a b/ü?%:.#-value";
    registry.register(subject, GREETING);

    assertThat(registry.subjects()).isEqualTo(List.of(subject));
    assertThat(registry.latest(subject).subject()).isEqualTo(subject);
  }

  private static void assertRefused(ThrowingCallable call, int code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SchemaRegistryException.class, e -> assertThat(e.errorCode()).isEqualTo(code));
  }
}
