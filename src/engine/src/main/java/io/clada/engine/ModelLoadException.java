package io.clada.engine;

/**
 * A model directory that cannot be loaded. The message is one line for people: it names the file,
 * what is wrong with it and, where there is one, the way out.
 */
public final class ModelLoadException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ModelLoadException(String message) {
    super(message);
  }

  public ModelLoadException(String message, Throwable cause) {
    super(message, cause);
  }
}
