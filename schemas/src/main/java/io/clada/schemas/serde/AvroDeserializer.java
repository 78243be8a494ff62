package io.clada.schemas.serde;

import io.clada.schemas.registry.SchemaRegistries;
import io.clada.schemas.registry.SchemaRegistry;
import io.clada.schemas.registry.SchemaRegistryException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads what {@link AvroSerializer} and Confluent's serializers write. The generated class is that
 * of {@code specific.avro.value.type}, else the one named like the writer's schema, and the data is
 * resolved to that class's schema; with {@code specific.avro.reader=false} records are generic.
 *
 * <p>Safe for use by several threads. Three kinds of trouble can be told apart: {@link
 * SerializationException} means that these bytes can never be read (malformed, or of a schema that
 * the registry doesn't have), {@link io.clada.schemas.registry.RegistryUnavailableException} that
 * the registry doesn't answer, {@link SchemaRegistryException} that it refuses us. Lengths in the
 * data are checked against the bytes that are there before anything is allocated.
 */
public final class AvroDeserializer implements Deserializer<IndexedRecord> {
  private static final ThreadLocal<@Nullable BinaryDecoder> DECODERS = new ThreadLocal<>();

  private final Map<Integer, DatumReader<IndexedRecord>> readers = new ConcurrentHashMap<>();

  private @Nullable SchemaRegistry registry;
  private @Nullable Class<?> type;
  private boolean specific = true;

  /** For Kafka, which calls {@link #configure} next. */
  public AvroDeserializer() {
    TrustedRecords.trust();
  }

  @Override
  public void configure(Map<String, ?> config, boolean isKey) {
    AvroSettings.refuseUnsupported(config);
    specific = AvroSettings.flag(config, AvroSettings.SPECIFIC_READER, true);
    type = AvroSettings.type(config, isKey);
    registry = SchemaRegistries.connect(config);
  }

  @Override
  public @Nullable IndexedRecord deserialize(String topic, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    if (data.length < WireFormat.HEADER_BYTES || data[0] != WireFormat.MAGIC) {
      throw new SerializationException(
          "Topic "
              + topic
              + ": message of "
              + data.length
              + " bytes is not in the schema registry's format (a zero byte, a 4-byte schema id, Avro)");
    }
    int id = ByteBuffer.wrap(data).getInt(1);
    DatumReader<IndexedRecord> reader = reader(topic, id);
    int length = data.length - WireFormat.HEADER_BYTES;
    try {
      BinaryDecoder decoder =
          DecoderFactory.get().binaryDecoder(data, WireFormat.HEADER_BYTES, length, DECODERS.get());
      DECODERS.set(decoder);
      IndexedRecord record = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new SerializationException(
            "Topic " + topic + ": bytes are left over after a record of schema " + id);
      }
      return record;
    } catch (IOException | RuntimeException e) {
      // Avro reports malformed data by whatever its readers trip over, ClassCast and index
      // included.
      throw e instanceof SerializationException told
          ? told
          : new SerializationException(
              "Topic " + topic + ": malformed Avro data of schema " + id + ": " + e, e);
    }
  }

  private DatumReader<IndexedRecord> reader(String topic, int id) {
    DatumReader<IndexedRecord> known = readers.get(id);
    if (known != null) {
      return known;
    }
    Schema writer = writerSchema(topic, id);
    DatumReader<IndexedRecord> made;
    try {
      made = reader(writer);
    } catch (AvroRuntimeException | SecurityException e) {
      throw new SerializationException(
          "Topic "
              + topic
              + ": schema "
              + id
              + " ("
              + writer.getFullName()
              + ") cannot be read: "
              + e.getMessage(),
          e);
    }
    readers.put(id, made);
    return made;
  }

  private Schema writerSchema(String topic, int id) {
    SchemaRegistry configured = registry;
    if (configured == null) {
      throw new IllegalStateException("configure() has not been called");
    }
    try {
      return configured.schema(id);
    } catch (SchemaRegistryException e) {
      // Another 404 comes from a wrong address, and says nothing about the record.
      if (e.errorCode() == SchemaRegistryException.SCHEMA_NOT_FOUND) {
        throw new SerializationException(
            "Topic " + topic + ": the schema registry has no schema " + id, e);
      }
      throw e;
    }
  }

  private DatumReader<IndexedRecord> reader(Schema writer) {
    if (!specific) {
      return new GenericDatumReader<>(writer);
    }
    Class<?> target = type == null ? SpecificData.get().getClass(writer) : type;
    if (target == null || !SpecificRecord.class.isAssignableFrom(target)) {
      throw new AvroRuntimeException(
          "no generated class on the class path; set specific.avro.reader=false for generic records");
    }
    SpecificData data = SpecificData.getForClass(target);
    Schema expected = data.getSchema(target);
    if (writer.getType() != Schema.Type.RECORD
        || !(writer.getFullName().equals(expected.getFullName())
            || expected.getAliases().contains(writer.getFullName()))) {
      throw new AvroRuntimeException("expected " + expected.getFullName());
    }
    return new SpecificDatumReader<>(writer, expected, data);
  }
}
