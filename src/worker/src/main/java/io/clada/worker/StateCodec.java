package io.clada.worker;

import io.clada.worker.state.Attempt;
import io.clada.worker.state.FinishedRequest;
import io.clada.worker.state.ProgressChunk;
import io.clada.worker.state.RequestFacts;
import io.clada.worker.state.StoredRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.apache.avro.message.SchemaStore;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Avro's single-object encoding: two marker bytes, the schema's fingerprint, the record. The
 * fingerprint is the version, so that a store written before an upgrade stays readable as long as
 * its schema is among the history: who changes {@code Attempt.avsc} puts it as it was into the
 * resource {@code state/Attempt.v1.avsc}, the next one into {@code v2}, and so on.
 */
final class StateCodec<T extends SpecificRecord> {
  private static final Map<String, Class<?>> CLASSES =
      Stream.of(
              StoredRequest.class,
              RequestFacts.class,
              Attempt.class,
              ProgressChunk.class,
              FinishedRequest.class)
          .collect(Collectors.toMap(Class::getName, type -> type));

  private final String name;
  private final BinaryMessageEncoder<T> encoder;
  private final BinaryMessageDecoder<T> decoder;

  /**
   * @param type of the records, with the schema that they are written with
   */
  static <T extends SpecificRecord> StateCodec<T> of(Class<T> type) {
    List<Schema> history = new ArrayList<>();
    for (int version = 1; ; version++) {
      String resource = "state/" + type.getSimpleName() + ".v" + version + ".avsc";
      try (InputStream schema = StateCodec.class.getResourceAsStream(resource)) {
        if (schema == null) {
          return new StateCodec<>(type, history);
        }
        history.add(new Schema.Parser().parse(schema));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * @param type of the records, with the schema that they are written with
   * @param history schemas that they were written with before
   */
  StateCodec(Class<T> type, List<Schema> history) {
    SpecificData data = new StateData();
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

  /** Spares the state's classes Avro's list of trusted classes, one for the whole process. */
  private static final class StateData extends SpecificData {
    private StateData() {
      addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
    }

    @Override
    public Class<?> getClass(Schema schema) {
      return schema.getType() == Schema.Type.RECORD
          ? CLASSES.getOrDefault(schema.getFullName(), SpecificRecord.class)
          : super.getClass(schema);
    }
  }
}
