package io.clada.engine.hf;

import io.clada.engine.ModelLoadException;
import org.jspecify.annotations.Nullable;

/**
 * Words an error so that it stays one line of reasonable length, whatever names and values a
 * damaged or hostile file has in it.
 */
final class Refusal {
  private static final int MOST_CHARS = 400;

  private Refusal() {}

  /**
   * @param where the file, or the directory
   */
  static ModelLoadException of(Object where, String problem) {
    return new ModelLoadException(line(where, problem));
  }

  static ModelLoadException of(Object where, String problem, Throwable cause) {
    return new ModelLoadException(line(where, problem), cause);
  }

  private static String line(Object where, String problem) {
    String cut =
        problem.length() <= MOST_CHARS ? problem : problem.substring(0, MOST_CHARS) + "...";
    return (where + ": " + cut).replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
  }

  static String firstLine(@Nullable String message) {
    return message == null ? "" : message.lines().findFirst().orElse("");
  }
}
