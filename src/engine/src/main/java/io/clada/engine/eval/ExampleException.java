package io.clada.engine.eval;

/** A data set that cannot be read. The message names the file, the line and the way out. */
public final class ExampleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExampleException(String message, Throwable cause) {
    super(message, cause);
  }

  ExampleException(String message) {
    super(message);
  }
}
