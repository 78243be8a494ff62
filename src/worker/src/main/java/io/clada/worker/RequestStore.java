package io.clada.worker;

import io.clada.worker.state.StoredRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Requests that are queued or running, by id: what a successor needs to take them up again. */
final class RequestStore {
  static final String NAME = "requests";

  private final KeyValueStore<Bytes, byte[]> store;
  private final StateCodec<StoredRequest> codec = new StateCodec<>(StoredRequest.class, List.of());

  RequestStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  void put(String id, StoredRequest request) {
    store.put(key(id), codec.encode(request));
  }

  void delete(String id) {
    store.delete(key(id));
  }

  /** Everything there is: a task holds no more than {@code clada.max.queued.requests}. */
  Map<String, StoredRequest> all() {
    Map<String, StoredRequest> requests = new LinkedHashMap<>();
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      entries.forEachRemaining(
          entry ->
              requests.put(
                  new String(entry.key.get(), StandardCharsets.UTF_8), codec.decode(entry.value)));
    }
    return requests;
  }

  private static Bytes key(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }
}
