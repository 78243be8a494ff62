package io.clada.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters as Kafka Streams itself writes them (KIP-1034): key, value and headers of the
 * original, and why and where it failed in headers. Its own handler is not used because a record
 * that it takes never reaches the processor, which has to tell the consumer who waits for an
 * answer.
 */
final class DeadLetters {
  private static final String PREFIX = "__streams.errors.";

  private DeadLetters() {}

  static Record<Object, Object> of(
      Record<byte[], byte[]> original, Optional<RecordMetadata> origin, Exception reason) {
    Headers headers = new RecordHeaders(original.headers().toArray());
    add(headers, "exception", reason.getClass().getName());
    add(headers, "message", reason.getMessage());
    add(headers, "stacktrace", stackTrace(reason));
    origin.ifPresent(
        metadata -> {
          add(headers, "topic", metadata.topic());
          add(headers, "partition", Integer.toString(metadata.partition()));
          add(headers, "offset", Long.toString(metadata.offset()));
        });
    return new Record<>(original.key(), original.value(), original.timestamp(), headers);
  }

  private static void add(Headers headers, String name, @Nullable String value) {
    headers.add(PREFIX + name, value == null ? null : value.getBytes(StandardCharsets.UTF_8));
  }

  private static String stackTrace(Exception reason) {
    StringWriter text = new StringWriter();
    reason.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
