package io.clada.worker;

import io.clada.schemas.Finish;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not answered.
 *
 * @param message what is wrong and the way out; null if it was cancelled
 * @param retryAfterSeconds when to try again, where that is known
 */
record Refusal(Finish finish, @Nullable String message, @Nullable Double retryAfterSeconds) {
  private static final int MOST_CHARACTERS = 1000;

  /** What a request says may be in the message, and a record has only so much room. */
  Refusal {
    message = message == null ? null : brief(message, MOST_CHARACTERS);
  }

  Refusal(Finish finish, @Nullable String message) {
    this(finish, message, null);
  }

  static String brief(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "...";
  }
}
