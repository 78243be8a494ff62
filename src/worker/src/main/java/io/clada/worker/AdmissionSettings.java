package io.clada.worker;

import io.clada.service.Settings;
import java.time.Duration;
import java.util.Map;

/**
 * What a worker takes in, and whose turn it is.
 *
 * @param maxQueuedRequests {@code clada.max.queued.requests}: requests, queued or running, that one
 *     partition of the requests' topic may have in this worker; one more is answered OVERLOADED;
 *     default 1000
 * @param maxPromptBytes {@code clada.max.prompt.bytes}: of a prompt, or of all messages, and of
 *     what the chat template makes of them, in UTF-8; default 400000. A request is stored with
 *     both, in one record that its changelog's {@code max.message.bytes} must allow
 * @param maxPromptTokens {@code clada.max.prompt.tokens}: default as many as the model's context
 *     holds
 * @param maxNewTokens {@code clada.max.new.tokens}: the most that a request may ask for; default as
 *     many as the model's context holds
 * @param maxDeadLetterBytes {@code clada.max.dead.letter.bytes}: larger records go to the dead
 *     letters without their value, which stays where the headers say; default 900000
 * @param maxAttempts {@code clada.max.attempts}: a request is set aside once so many workers have
 *     died while it was at their engine; default 3
 * @param finishedRetention {@code clada.finished.retention.ms}: how long an ended request is
 *     remembered, so that posting it again repeats its end; default 1 hour
 * @param maxFinishedRequests {@code clada.finished.max.requests}: how many of them per partition;
 *     the oldest are forgotten first; default 10000
 * @param tenantWeights {@code clada.tenant.weights}: shares within a class, {@code a:3,b:1};
 *     default 1 each
 * @param tenantTokensPerMinute {@code clada.tenant.tokens.per.minute}: prompt and generated tokens
 *     that a tenant may use in this worker; its requests wait once they are used up; default no
 *     limit
 */
public record AdmissionSettings(
    int maxQueuedRequests,
    int maxPromptBytes,
    int maxPromptTokens,
    int maxNewTokens,
    int maxDeadLetterBytes,
    int maxAttempts,
    Duration finishedRetention,
    int maxFinishedRequests,
    TenantTable tenantWeights,
    TenantTable tenantTokensPerMinute) {

  /** Room for everything in a request but its prompt. */
  private static final int OTHER_FIELDS_BYTES = 64 << 10;

  private static final int RECORD_OVERHEAD_BYTES = 64 << 10;

  static AdmissionSettings of(Settings settings) {
    int most = Integer.MAX_VALUE;
    return new AdmissionSettings(
        settings.wholeNumber("clada.max.queued.requests", 1000, 1, most),
        settings.wholeNumber("clada.max.prompt.bytes", 400_000, 1, 500_000_000),
        settings.wholeNumber("clada.max.prompt.tokens", most, 1, most),
        settings.wholeNumber("clada.max.new.tokens", most, 1, most),
        settings.wholeNumber("clada.max.dead.letter.bytes", 900_000, 1, most),
        settings.wholeNumber("clada.max.attempts", 3, 1, 1000),
        Duration.ofMillis(
            settings.wholeNumber("clada.finished.retention.ms", 3_600_000, 0, 366L * 86_400_000)),
        settings.wholeNumber("clada.finished.max.requests", 10_000, 0, most),
        table(settings, "clada.tenant.weights", 1),
        table(settings, "clada.tenant.tokens.per.minute", Double.POSITIVE_INFINITY));
  }

  /** The most that a request may take on its topic. */
  int maxRequestBytes() {
    return maxPromptBytes + OTHER_FIELDS_BYTES;
  }

  /** The most that a request, and what the chat template made of it, takes in the store. */
  int maxStoredBytes() {
    return maxRequestBytes() + maxPromptBytes + RECORD_OVERHEAD_BYTES;
  }

  private static TenantTable table(Settings settings, String key, double others) {
    String text = settings.text(key, "");
    return text.isEmpty()
        ? new TenantTable(Map.of(), others)
        : TenantTable.parse(key, text, others);
  }
}
