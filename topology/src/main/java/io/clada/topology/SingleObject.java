package io.clada.topology;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Avro single-object encoding: two marker bytes, the schema's 64-bit fingerprint, then Avro binary.
 * For records that never leave the application, so that they need no registry and still say which
 * version of their schema wrote them.
 *
 * <p>Thread-safe.
 */
final class SingleObject {
  private final Schema schema;
  private final BinaryMessageEncoder<GenericRecord> encoder;
  private final BinaryMessageDecoder<GenericRecord> decoder;

  private SingleObject(Schema schema) {
    this.schema = schema;
    encoder = new BinaryMessageEncoder<>(GenericData.get(), schema);
    decoder = new BinaryMessageDecoder<>(GenericData.get(), schema);
  }

  /**
   * @param resource file name of the schema beside this class
   */
  static SingleObject ofResource(String resource) {
    try (InputStream in =
        Objects.requireNonNull(SingleObject.class.getResourceAsStream(resource), resource)) {
      return new SingleObject(new Schema.Parser().parse(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Schema schema() {
    return schema;
  }

  GenericRecordBuilder builder() {
    return new GenericRecordBuilder(schema);
  }

  byte[] encode(GenericRecord value) {
    try {
      ByteBuffer buffer = encoder.encode(value);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @throws SerializationException if the bytes are not of a known version of the schema
   */
  GenericRecord decode(byte[] bytes) {
    try {
      return decoder.decode(bytes);
    } catch (IOException | AvroRuntimeException e) {
      throw new SerializationException("not a " + schema.getFullName() + ": " + e.getMessage(), e);
    }
  }
}
