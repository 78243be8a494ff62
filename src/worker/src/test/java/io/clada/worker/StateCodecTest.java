package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.worker.state.ProgressChunk;
import io.clada.worker.state.RequestFacts;
import io.clada.worker.state.StoredRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.Test;

/** What the stores hold must be readable by the worker's next version. */
class StateCodecTest {
  private final StateCodec<ProgressChunk> chunks = new StateCodec<>(ProgressChunk.class, List.of());

  @Test
  void readsBackARequest() {
    StateCodec<StoredRequest> codec = new StateCodec<>(StoredRequest.class, List.of());
    StoredRequest request =
        new StoredRequest(
            new RequestFacts(
                99L,
                "m",
                true,
                "HIGH",
                "t",
                9,
                Instant.ofEpochMilli(1_800_000_000_000L),
                -5L,
                3L,
                0.25,
                0.5,
                0.125,
                Instant.ofEpochMilli(1_700_000_000_123L),
                11L,
                ByteBuffer.wrap(new byte[] {7})),
            ByteBuffer.wrap(new byte[] {1, 2}),
            "rendered");

    assertThat(codec.decode(codec.encode(request))).isEqualTo(request);
  }

  @Test
  void readsBackAChunk() {
    ProgressChunk chunk =
        new ProgressChunk(7, List.of(1, 70_000), List.of(0.5f, 9f), List.of(1f, 2f), 0.5, 1.25, 4L);

    assertThat(chunks.decode(chunks.encode(chunk))).isEqualTo(chunk);
  }

  @Test
  void writesTheMarkerTheSchemasFingerprintAndTheRecord() {
    byte[] bytes =
        chunks.encode(new ProgressChunk(1, List.of(3), List.of(0.5f), List.of(1f), 0.0, 0.0, 0L));

    String hex = HexFormat.of().formatHex(bytes);
    assertThat(hex).startsWith("c301" + "f0cf18565660a280");
    assertThat(hex.substring(20))
        .isEqualTo("02" + "020600" + "020000003f00" + "020000803f00" + "00".repeat(17));
  }

  @Test
  void readsWhatAnOlderVersionWrote() throws IOException {
    Schema older =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "ProgressChunk", "namespace": "io.clada.worker.state",
                 "fields": [
                  {"name": "first_index", "type": "int"},
                  {"name": "token_ids", "type": {"type": "array", "items": "int"}},
                  {"name": "surprisals", "type": {"type": "array", "items": "float"}},
                  {"name": "entropies", "type": {"type": "array", "items": "float"}}]}
                """);
    StateCodec<ProgressChunk> codec = new StateCodec<>(ProgressChunk.class, List.of(older));

    assertThat(codec.decode(write(older)))
        .isEqualTo(new ProgressChunk(4, List.of(8), List.of(1f), List.of(2f), 0.0, 0.0, 0L));
    assertThatThrownBy(() -> chunks.decode(write(older)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another version of this worker");
  }

  private static byte[] write(Schema schema) throws IOException {
    GenericRecord record =
        new GenericRecordBuilder(schema)
            .set("first_index", 4)
            .set("token_ids", List.of(8))
            .set("surprisals", List.of(1f))
            .set("entropies", List.of(2f))
            .build();
    return Buffers.copy(
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), schema).encode(record));
  }
}
