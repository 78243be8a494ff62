package io.clada.gateway;

import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A request that ends with an error, as OpenAI's clients understand it. */
final class ApiException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final String INVALID = "invalid_request_error";
  private static final long DEFAULT_RETRY_SECONDS = 1;

  /** Fields that OpenAI's API calls otherwise. */
  private static final Map<String, String> PUBLIC_NAMES =
      Map.of("max_new_tokens", "max_tokens", "deadline", "deadline_seconds", "tenant", "user");

  private static final Set<Integer> WORTH_NO_RETRY = Set.of(408, 410);

  private final int status;
  private final String type;
  private final @Nullable String param;
  private final @Nullable String code;
  private final long retryAfterSeconds;

  private ApiException(
      int status,
      String type,
      @Nullable String param,
      @Nullable String code,
      String message,
      long retryAfterSeconds) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** What the client sent is wrong. */
  static ApiException invalid(@Nullable String param, String problem) {
    String message = param == null ? problem : param + ": " + problem;
    return new ApiException(400, INVALID, param, null, message, 0);
  }

  /** As HTTP has it. */
  static ApiException of(int status, String message) {
    String type = status < 500 ? INVALID : "server_error";
    return new ApiException(status, type, null, null, message, 0);
  }

  static ApiException unknownModel(String model) {
    return new ApiException(
        404, INVALID, "model", "model_not_found", "model: '" + model + "' is not known here", 0);
  }

  static ApiException unauthorised() {
    return new ApiException(
        401,
        INVALID,
        null,
        "invalid_api_key",
        "no valid API key: send yours as 'Authorization: Bearer KEY'",
        0);
  }

  static ApiException limited(String code, String message, long retryAfterSeconds) {
    return new ApiException(
        429, "rate_limit_error", null, code, message, Math.max(1, retryAfterSeconds));
  }

  static ApiException silent(long seconds) {
    return new ApiException(
        504,
        "server_error",
        null,
        "timeout",
        "no token came in " + seconds + " s: is a worker running?",
        0);
  }

  /** Tokens that were sent already, read before they were final, came again as others. */
  static ApiException retracted() {
    return new ApiException(
        500,
        "server_error",
        null,
        "retracted",
        "a worker failed, and the answer goes on otherwise than it was sent so far: ask again, or"
            + " read with \"reading\": \"final\"",
        0);
  }

  /**
   * What an answer that failed means to its client; null if it did not fail.
   *
   * @param end the event with {@code finish}
   */
  static @Nullable ApiException of(TokenEvent end) {
    Finish finish = end.getFinish();
    String message = end.getMessage() == null ? "the answer ended " + finish : end.getMessage();
    if (finish == null) {
      return null;
    }
    return switch (finish) {
      case STOP, LENGTH -> null;
      case INVALID -> refused(message);
      case OVERLOADED -> limited("overloaded", message, retryAfter(end));
      case DEADLINE -> new ApiException(408, "timeout_error", null, "deadline", message, 0);
      case CANCELLED -> new ApiException(410, INVALID, null, "cancelled", message, 0);
      case ERROR -> of(500, message);
    };
  }

  /** Workers name the field first: "temperature: 3.0 is not from 0.0 to 2.0". */
  private static ApiException refused(String message) {
    int colon = message.indexOf(": ");
    if (colon < 0 || !message.substring(0, colon).matches("[a-z_]+")) {
      return invalid(null, message);
    }
    String field = message.substring(0, colon);
    String problem = message.substring(colon + 2);
    return field.equals("model")
        ? new ApiException(404, INVALID, "model", "model_not_found", message, 0)
        : invalid(PUBLIC_NAMES.getOrDefault(field, field), problem);
  }

  private static long retryAfter(TokenEvent end) {
    Double seconds = end.getRetryAfterSeconds();
    return seconds == null ? DEFAULT_RETRY_SECONDS : (long) Math.ceil(Math.min(seconds, 3600));
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  @Nullable String param() {
    return param;
  }

  @Nullable String code() {
    return code;
  }

  /** 0: not said. */
  long retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /** False where OpenAI's clients would send the request again by themselves, in vain. */
  boolean isWorthRetry() {
    return !WORTH_NO_RETRY.contains(status);
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
