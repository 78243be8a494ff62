package io.clada.client;

/** A request that was not posted, or an answer that cannot be followed. The message says why. */
public class ClientException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ClientException(String message) {
    super(message);
  }

  ClientException(String message, Throwable cause) {
    super(message, cause);
  }
}
