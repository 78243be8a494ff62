package io.clada.worker;

import io.clada.schemas.TokenEvent;
import io.clada.worker.state.FinishedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.message.MissingSchemaException;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * How requests ended, by id, and which were cancelled before they came: for a while, and of the
 * last so many.
 */
final class FinishedRequests {
  static final String NAME = "finished";

  private final KeyValueStore<Bytes, byte[]> store;
  private final StateCodec<FinishedRequest> codec = StateCodec.of(FinishedRequest.class);
  private final Durability durability;
  private final long retentionMs;
  private final int most;

  /** When each was remembered, the oldest first. */
  private final Map<String, Long> since = new LinkedHashMap<>();

  /** What the store does not hold yet. */
  private final Map<String, FinishedRequest> unsettled = new HashMap<>();

  FinishedRequests(
      KeyValueStore<Bytes, byte[]> store, Durability durability, long retentionMs, int most) {
    this.store = store;
    this.durability = durability;
    this.retentionMs = retentionMs;
    this.most = most;
  }

  /** Takes up what the store holds. Writes nothing. */
  void restore() {
    List<Map.Entry<String, Long>> all = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> entries = store.all()) {
      entries.forEachRemaining(
          entry ->
              all.add(Map.entry(id(entry), codec.decode(entry.value).getSince().toEpochMilli())));
    }
    all.sort(Map.Entry.comparingByValue());
    all.forEach(entry -> since.put(entry.getKey(), entry.getValue()));
  }

  /** The terminal event of the request that ended last under this id, as long as it is known. */
  @Nullable TokenEvent find(String id, long nowMs) {
    FinishedRequest found = get(id, nowMs);
    ByteBuffer event = found == null ? null : found.getEvent();
    if (event == null) {
      return null;
    }
    try {
      return TokenEvent.getDecoder().decode(Buffers.copy(event));
    } catch (MissingSchemaException e) {
      return null; // of another version of this worker: forgotten a little early
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a tombstone has come under this id that a request so old was meant by. */
  boolean isCancelled(String id, long timestamp, long nowMs) {
    FinishedRequest found = get(id, nowMs);
    Instant cancelled = found == null ? null : found.getCancelledAt();
    return cancelled != null && timestamp <= cancelled.toEpochMilli();
  }

  void ended(String id, TokenEvent event, long nowMs) {
    try {
      put(
          id,
          FinishedRequest.newBuilder()
              .setSince(Instant.ofEpochMilli(nowMs))
              .setEvent(TokenEvent.getEncoder().encode(event))
              .build());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A tombstone came for a request that is not here. */
  void cancelled(String id, long timestamp, long nowMs) {
    FinishedRequest before = get(id, nowMs);
    put(
        id,
        FinishedRequest.newBuilder()
            .setSince(Instant.ofEpochMilli(nowMs))
            .setEvent(before == null ? null : before.getEvent())
            .setCancelledAt(Instant.ofEpochMilli(timestamp))
            .build());
  }

  private @Nullable FinishedRequest get(String id, long nowMs) {
    Long at = since.get(id);
    if (at == null || at + retentionMs <= nowMs) {
      return null;
    }
    FinishedRequest fresh = unsettled.get(id);
    byte[] bytes = fresh == null ? store.get(key(id)) : null;
    return bytes == null ? fresh : codec.decode(bytes);
  }

  private void put(String id, FinishedRequest finished) {
    long nowMs = finished.getSince().toEpochMilli();
    since.remove(id);
    since.put(id, nowMs);
    unsettled.put(id, finished);
    durability.write(id, () -> settle(id, finished));
    Iterator<Map.Entry<String, Long>> oldest = since.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<String, Long> entry = oldest.next();
      if (since.size() <= most && entry.getValue() + retentionMs > nowMs) {
        break;
      }
      oldest.remove();
      store.delete(key(entry.getKey()));
    }
  }

  private void settle(String id, FinishedRequest finished) {
    unsettled.remove(id, finished);
    if (since.containsKey(id)) {
      store.put(key(id), codec.encode(finished));
    }
  }

  private static String id(KeyValue<Bytes, byte[]> entry) {
    return new String(entry.key.get(), StandardCharsets.UTF_8);
  }

  private static Bytes key(String id) {
    return Bytes.wrap(id.getBytes(StandardCharsets.UTF_8));
  }
}
