package io.clada.worker;

import io.clada.worker.state.Attempt;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * How the requests that have been at an engine fared there, by id. Apart from the requests, so that
 * a hand-over does not write the prompt again.
 */
final class AttemptStore {
  static final String NAME = "attempts";

  private final KeyValueStore<Bytes, byte[]> store;
  private final StateCodec<Attempt> codec = StateCodec.of(Attempt.class);

  AttemptStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  void put(String id, Attempt attempt) {
    store.put(key(id), codec.encode(attempt));
  }

  /**
   * @param run of the request; what an earlier one under its id has left is passed over
   */
  @Nullable Attempt find(String id, long run) {
    byte[] bytes = store.get(key(id));
    Attempt attempt = bytes == null ? null : codec.decode(bytes);
    return attempt == null || attempt.getRun() != run ? null : attempt;
  }

  void delete(String id) {
    store.delete(key(id));
  }

  private static Bytes key(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }
}
