package io.clada.schemas.registry;

import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;

/**
 * The registry could not be reached or failed on its side, at every address and after every retry.
 * It says nothing about the record: the same call may succeed later.
 */
public final class RegistryUnavailableException extends RetriableException {
  private static final long serialVersionUID = 1L;

  public RegistryUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
