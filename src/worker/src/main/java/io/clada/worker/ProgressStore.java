package io.clada.worker;

import io.clada.worker.state.ProgressChunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * What was generated so far, as chunks that are only ever appended: what a token costs to record
 * does not grow with the answer. Key: the id's length in bytes (2 bytes), the id, and the index of
 * the chunk's first token (4 bytes), so that the chunks of a request lie side by side in order and
 * no id is the beginning of another's key.
 */
final class ProgressStore {
  static final String NAME = "progress";

  private final KeyValueStore<Bytes, byte[]> store;
  private final StateCodec<ProgressChunk> codec = StateCodec.of(ProgressChunk.class);

  ProgressStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  void append(String id, ProgressChunk chunk) {
    store.put(key(id, chunk.getFirstIndex()), codec.encode(chunk));
  }

  /**
   * All that was recorded for a request.
   *
   * @param run of the request; what earlier ones under its id have left is passed over
   * @throws IllegalStateException if a chunk is missing
   */
  Progress read(String id, long run) {
    Progress.Builder progress = new Progress.Builder(id);
    scan(
        id,
        entry -> {
          ProgressChunk chunk = codec.decode(entry.value);
          if (chunk.getRun() == run) {
            progress.add(chunk);
          }
        });
    return progress.build();
  }

  /** The last chunk first: what a crash without transactions may leave has no hole, then. */
  void delete(String id) {
    Deque<Bytes> keys = new ArrayDeque<>();
    scan(id, entry -> keys.push(entry.key));
    keys.forEach(store::delete);
  }

  private void scan(String id, Consumer<KeyValue<Bytes, byte[]>> visitor) {
    try (KeyValueIterator<Bytes, byte[]> chunks =
        store.range(key(id, 0), key(id, Integer.MAX_VALUE))) {
      chunks.forEachRemaining(visitor);
    }
  }

  private static Bytes key(String id, int firstIndex) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(Short.BYTES + utf8.length + Integer.BYTES)
            .putShort((short) utf8.length)
            .put(utf8)
            .putInt(firstIndex)
            .array());
  }
}
