package io.clada.topology;

import org.jspecify.annotations.Nullable;

/** The application cannot start or had to stop; the message is one line for people. */
public final class TopologyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TopologyException(String message) {
    super(message);
  }

  TopologyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
