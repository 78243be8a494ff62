package io.clada.worker;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/** A record with nothing in it, of whatever type: to try a serializer with. */
final class BlankRecord {
  private BlankRecord() {}

  static <T extends SpecificRecord> T of(Class<T> type) {
    return type.cast(value(SpecificData.get().getSchema(type)));
  }

  private static Object value(Schema schema) {
    return switch (schema.getType()) {
      case RECORD -> record(schema);
      case STRING -> "";
      case BYTES -> ByteBuffer.allocate(0);
      case INT -> 0;
      case LONG -> 0L;
      case FLOAT -> 0f;
      case DOUBLE -> 0d;
      case BOOLEAN -> false;
      case ARRAY -> List.of();
      case MAP -> Map.of();
      default -> throw new IllegalArgumentException("no blank " + schema.getFullName());
    };
  }

  private static SpecificRecord record(Schema schema) {
    SpecificRecord record =
        (SpecificRecord) SpecificData.newInstance(SpecificData.get().getClass(schema), schema);
    for (Schema.Field field : schema.getFields()) {
      if (!field.hasDefaultValue()) {
        record.put(field.pos(), value(field.schema()));
      } else {
        record.put(field.pos(), SpecificData.get().getDefaultValue(field));
      }
    }
    return record;
  }
}
