package io.clada.worker;

import io.clada.worker.state.RequestFacts;
import io.clada.worker.state.StoredRequest;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Requests that are queued or running, by id: what a successor needs to take them up again. */
final class RequestStore {
  static final String NAME = "requests";

  private final KeyValueStore<Bytes, byte[]> store;
  private final StateCodec<StoredRequest> codec = StateCodec.of(StoredRequest.class);

  RequestStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  void put(String id, StoredRequest request) {
    store.put(key(id), codec.encode(request));
  }

  /**
   * @throws IllegalStateException if there is none of that id
   */
  StoredRequest get(String id) {
    byte[] bytes = store.get(key(id));
    if (bytes == null) {
      throw new IllegalStateException("request " + id + " is not in the store");
    }
    return codec.decode(bytes);
  }

  void delete(String id) {
    store.delete(key(id));
  }

  /** Everything there is, but one prompt at a time. */
  void forEach(BiConsumer<String, RequestFacts> visitor) {
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      entries.forEachRemaining(
          entry ->
              visitor.accept(
                  new String(entry.key.get(), StandardCharsets.UTF_8),
                  codec.decode(entry.value).getFacts()));
    }
  }

  private static Bytes key(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }
}
