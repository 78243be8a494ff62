package io.clada.worker;

/** The worker cannot start or has died. The message is one line for people, naming the way out. */
public final class WorkerException extends RuntimeException {
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
