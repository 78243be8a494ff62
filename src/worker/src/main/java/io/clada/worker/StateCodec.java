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
   * @param schema that records are written with, and read as
   * @param history schemas that they were written with before
   */
  StateCodec(Schema schema, List<Schema> history) {
    SchemaStore.Cache known = new SchemaStore.Cache();
    history.forEach(known::addSchema);
    known.addSchema(schema);
    name = schema.getName();
    encoder = new BinaryMessageEncoder<>(SpecificData.get(), schema);
    decoder = new BinaryMessageDecoder<>(SpecificData.get(), schema, known);
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
}
