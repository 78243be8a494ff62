package io.clada.worker;

import java.util.Objects;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record of the requests' topic, as it was received.
 *
 * @param key as far as anybody knows not a request id
 * @param value null: a tombstone
 * @param timestamp of its creation, or of the broker's receipt where the topic says so
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RequestRecord(
    byte @Nullable [] key,
    byte @Nullable [] value,
    Headers headers,
    long timestamp,
    Origin origin) {
  /** W3C Trace Context has 55 characters; later versions may have more, but not any number. */
  private static final int MOST_TRACEPARENT_BYTES = 128;

  /** Value of the traceparent header, unless it cannot be one. */
  byte @Nullable [] traceparent() {
    Header header = headers.lastHeader(Outputs.TRACEPARENT);
    byte[] value = header == null ? null : header.value();
    return value == null || value.length > MOST_TRACEPARENT_BYTES ? null : value;
  }

  byte[] requireValue() {
    return Objects.requireNonNull(value, "a tombstone");
  }

  /** Everything that the record takes. */
  long size() {
    return length(key) + length(value) + headersSize();
  }

  RequestRecord withoutValue() {
    return new RequestRecord(key, null, headers, timestamp, origin);
  }

  RequestRecord withoutKeyAndHeaders() {
    return new RequestRecord(null, value, new RecordHeaders(), timestamp, origin);
  }

  private long headersSize() {
    long size = 0;
    for (Header header : headers) {
      size += header.key().length() + length(header.value());
    }
    return size;
  }

  private static long length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
