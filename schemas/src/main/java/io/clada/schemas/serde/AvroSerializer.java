package io.clada.schemas.serde;

import io.clada.schemas.registry.SchemaRegistries;
import io.clada.schemas.registry.SchemaRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes Avro records in Confluent's wire format: a zero byte, the schema's id in four bytes, most
 * significant first, and Avro's binary encoding. Takes generated and generic records; null stays
 * null. The schema is registered, or looked up where {@code auto.register.schemas} is false, under
 * the topic's name and {@code -value} or {@code -key}, once per topic and schema; with {@code
 * avro.remove.java.properties} as it is in its .avsc file, which is how others register it.
 *
 * <p>Safe for use by several threads. Throws {@link SerializationException} for a record that
 * doesn't fit its schema, and what {@link SchemaRegistry} throws otherwise.
 */
public final class AvroSerializer implements Serializer<IndexedRecord> {
  private static final int INITIAL_BUFFER = 512;
  private static final int LARGEST_KEPT_BUFFER = 1 << 20;

  private static final ThreadLocal<Buffer> BUFFERS = ThreadLocal.withInitial(Buffer::new);

  private final Map<String, Map<Schema, Integer>> idsByTopic = new ConcurrentHashMap<>();
  private final Map<Schema, DatumWriter<IndexedRecord>> writers = new ConcurrentHashMap<>();
  private @Nullable SchemaRegistry registry;
  private boolean autoRegister = true;
  private boolean removeJavaProperties;
  private String suffix = "-value";

  /** For Kafka, which calls {@link #configure} next. */
  public AvroSerializer() {
    TrustedRecords.trust();
  }

  @Override
  public void configure(Map<String, ?> config, boolean isKey) {
    AvroSettings.refuseUnsupported(config);
    autoRegister = AvroSettings.flag(config, AvroSettings.AUTO_REGISTER, true);
    removeJavaProperties = AvroSettings.flag(config, AvroSettings.REMOVE_JAVA_PROPERTIES, false);
    suffix = isKey ? "-key" : "-value";
    registry = SchemaRegistries.connect(config);
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable IndexedRecord record) {
    if (record == null) {
      return null;
    }
    int id = idOf(topic, record.getSchema());
    Buffer buffer = BUFFERS.get();
    try {
      return buffer.write(id, record, writer(record));
    } catch (IOException | AvroRuntimeException | ClassCastException | NullPointerException e) {
      // Avro reports a value of the wrong type or a missing one by the last two.
      throw new SerializationException(
          "Topic "
              + topic
              + ": record does not fit "
              + record.getSchema().getFullName()
              + ": "
              + e.getMessage(),
          e);
    } finally {
      if (buffer.bytes.capacity() > LARGEST_KEPT_BUFFER) {
        BUFFERS.remove();
      }
    }
  }

  private int idOf(String topic, Schema schema) {
    Map<Schema, Integer> ids = idsByTopic.get(topic);
    Integer known = ids == null ? null : ids.get(schema);
    if (known != null) {
      return known;
    }
    SchemaRegistry configured = registry;
    if (configured == null) {
      throw new IllegalStateException("configure() has not been called");
    }
    String subject = topic + suffix;
    Schema shown = removeJavaProperties ? JavaProperties.removedFrom(schema) : schema;
    int id =
        autoRegister ? configured.register(subject, shown) : configured.lookUp(subject, shown).id();
    idsByTopic.computeIfAbsent(topic, name -> new ConcurrentHashMap<>()).put(schema, id);
    return id;
  }

  private DatumWriter<IndexedRecord> writer(IndexedRecord record) {
    Schema schema = record.getSchema();
    DatumWriter<IndexedRecord> known = writers.get(schema);
    if (known != null) {
      return known;
    }
    DatumWriter<IndexedRecord> made =
        record instanceof SpecificRecord
            ? new SpecificDatumWriter<>(schema, SpecificData.getForClass(record.getClass()))
            : new GenericDatumWriter<>(schema);
    writers.put(schema, made);
    return made;
  }

  /** What one thread writes with. */
  private static final class Buffer {
    final Bytes bytes = new Bytes();
    private final BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);

    byte[] write(int id, IndexedRecord record, DatumWriter<IndexedRecord> writer)
        throws IOException {
      bytes.reset();
      bytes.write(WireFormat.MAGIC);
      for (int shift = 24; shift >= 0; shift -= 8) {
        bytes.write(id >>> shift);
      }
      writer.write(record, encoder);
      encoder.flush();
      return bytes.toByteArray();
    }
  }

  private static final class Bytes extends ByteArrayOutputStream {
    Bytes() {
      super(INITIAL_BUFFER);
    }

    int capacity() {
      return buf.length;
    }
  }
}
