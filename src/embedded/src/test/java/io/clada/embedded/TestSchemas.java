package io.clada.embedded;

import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;

/** A user in three versions. */
final class TestSchemas {
  static final Schema USER =
      SchemaBuilder.record("User").fields().requiredString("name").endRecord();

  static final Schema USER_WITH_AGE =
      SchemaBuilder.record("User")
          .fields()
          .requiredString("name")
          .name("age")
          .type()
          .intType()
          .intDefault(0)
          .endRecord();

  /** Neither reads nor is read by the other two. */
  static final Schema NUMBERED_USER =
      SchemaBuilder.record("User").fields().requiredInt("name").endRecord();

  private TestSchemas() {}

  /** A record of its own for each number. */
  static Schema numbered(int number) {
    return SchemaBuilder.record("R" + number).fields().requiredString("a").endRecord();
  }
}
