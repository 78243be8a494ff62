package io.clada.topology;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
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
  private static final int MARKER_BYTES = 2;
  private static final int HEADER_BYTES = 10;

  private final Schema schema;
  private final Set<Long> fingerprints = new HashSet<>();
  private final BinaryMessageEncoder<GenericRecord> encoder;
  private final BinaryMessageDecoder<GenericRecord> decoder;

  private SingleObject(Schema schema) {
    this.schema = schema;
    encoder = new BinaryMessageEncoder<>(GenericData.get(), schema);
    decoder = new BinaryMessageDecoder<>(GenericData.get(), schema);
    fingerprints.add(SchemaNormalization.parsingFingerprint64(schema));
  }

  /**
   * @param resource file name of the schema beside this class
   * @param earlier of the versions before, which stores and internal topics may still hold
   */
  static SingleObject ofResource(String resource, String... earlier) {
    SingleObject format = new SingleObject(parse(resource));
    for (String version : earlier) {
      Schema known = parse(version);
      format.decoder.addSchema(known);
      format.fingerprints.add(SchemaNormalization.parsingFingerprint64(known));
    }
    return format;
  }

  private static Schema parse(String resource) {
    try (InputStream in =
        Objects.requireNonNull(SingleObject.class.getResourceAsStream(resource), resource)) {
      return new Schema.Parser().parse(in);
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

  /** Whether a known version of the schema wrote the bytes. */
  boolean reads(byte[] bytes) {
    return bytes.length >= HEADER_BYTES
        && fingerprints.contains(
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(MARKER_BYTES));
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
