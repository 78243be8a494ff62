package io.clada.service;

import org.jspecify.annotations.Nullable;

/** A role cannot start or has died. The message is one line for people, naming the way out. */
public class ServiceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, and the way out
   */
  public ServiceException(String message) {
    this(message, null);
  }

  /**
   * @param message what is wrong, and the way out
   * @param cause what was thrown
   */
  public ServiceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
