package io.clada.topology;

import io.clada.service.ServiceException;
import org.jspecify.annotations.Nullable;

/** The application cannot start or had to stop. */
public final class TopologyException extends ServiceException {
  private static final long serialVersionUID = 1L;

  TopologyException(String message) {
    super(message);
  }

  TopologyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
