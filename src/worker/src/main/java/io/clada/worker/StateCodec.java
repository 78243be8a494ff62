package io.clada.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding: two marker bytes, the schema's fingerprint, the record. The
 * fingerprint is the version, so that a store written before an upgrade stays readable as long as
 * its schema is among the {@code history}.
 */
final class StateCodec<T extends SpecificRecord> {
  private final String name;
  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;

  /**
   * @param type of the records, with the schema that they are written with
   * @param history schemas that they were written with before
   */
  StateCodec(Class<T> type, List<Schema> history) {
    SpecificData data = new OneClass(type);
    Schema schema = data.getSchema(type);
    SchemaStore.Cache known = new SchemaStore.Cache();
    history.forEach(known::addSchema);
    known.addSchema(schema);
    name = schema.getName();
    encoder = new BinaryMessageEncoder<>(data, schema);
    decoder = new BinaryMessageDecoder<>(data, schema, known);
  }

  byte[] encode(T record) {
    try {
      ByteBuffer buffer = encoder.encode(record);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws IllegalStateException if the bytes were written with a schema that is not known here
   */
  T decode(byte[] bytes) {
    try {
      return decoder.decode(ByteBuffer.wrap(bytes));
    } catch (MissingSchemaException e) {
      throw new IllegalStateException(
          "state store: a "
              + name
              + " was written by another version of this worker; run that version, or a newer one",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Spares this class Avro's list of trusted classes, which is one for the whole process. */
  private static final class OneClass extends SpecificData {
    private final Class<?> type;

    private OneClass(Class<?> type) {
      this.type = type;
    }

    @Override
    public Class<?> getClass(Schema schema) {
      return schema.getFullName().equals(type.getName()) ? type : super.getClass(schema);
    }
  }
}
