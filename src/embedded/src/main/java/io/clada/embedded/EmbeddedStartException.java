package io.clada.embedded;

import org.jspecify.annotations.Nullable;

/**
 * The embedded broker or registry could not be started. The message is one line for people: it
 * names the port, folder or setting, and the way out.
 */
public final class EmbeddedStartException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  EmbeddedStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static EmbeddedStartException portInUse(String what, int port, Throwable cause) {
    return new EmbeddedStartException(
        "port "
            + port
            + " is already in use, so "
            + what
            + " cannot listen on it; choose another port, or 0 for any free one",
        cause);
  }
}
