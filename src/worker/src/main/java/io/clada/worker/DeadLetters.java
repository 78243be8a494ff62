package io.clada.worker;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Dead letters as Kafka Streams itself writes them (KIP-1034): key, value and headers of the
 * original, and why and where it failed in headers. Its own handler is not used because a record
 * that it takes never reaches the processor, which has to tell the consumer who waits for an
 * answer.
 *
 * <p>A record that is too large to be written again, with the headers that are added, would stop
 * the worker. It goes without its value, and without its key and headers if those alone are too
 * large; its topic, partition and offset say where to find it.
 */
final class DeadLetters {
  private static final String PREFIX = "__streams.errors.";
  private static final int MOST_MESSAGE = 2_000;
  private static final int MOST_STACK_TRACE = 8_000;

  private final int mostBytes;

  /**
   * @param mostBytes of a record, before anything is added
   */
  DeadLetters(int mostBytes) {
    this.mostBytes = mostBytes;
  }

  Record<Object, Object> of(RequestRecord original, Exception reason) {
    RequestRecord kept = original;
    String message = String.valueOf(reason.getMessage());
    if (kept.size() > mostBytes) {
      message += " (left out here: the value, for the record has " + original.size() + " bytes)";
      kept = kept.withoutValue();
    }
    if (kept.size() > mostBytes) {
      message += " (and the key and headers)";
      kept = kept.withoutKeyAndHeaders();
    }
    Headers headers = new RecordHeaders(kept.headers().toArray());
    add(headers, "exception", reason.getClass().getName());
    add(headers, "message", Refusal.brief(message, MOST_MESSAGE));
    add(headers, "stacktrace", Refusal.brief(stackTrace(reason), MOST_STACK_TRACE));
    add(headers, "topic", original.origin().topic());
    add(headers, "partition", Integer.toString(original.origin().partition()));
    add(headers, "offset", Long.toString(original.origin().offset()));
    return new Record<>(kept.key(), kept.value(), Math.max(0, original.timestamp()), headers);
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
