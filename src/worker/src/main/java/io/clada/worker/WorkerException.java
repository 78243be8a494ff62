package io.clada.worker;

import io.clada.service.ServiceException;

/** The worker cannot start or has died. */
public final class WorkerException extends ServiceException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is wrong, and the way out
   */
  public WorkerException(String message) {
    super(message);
  }

  /**
   * @param message what is wrong, and the way out
   * @param cause what was thrown
   */
  public WorkerException(String message, Throwable cause) {
    super(message, cause);
  }
}
