package io.clada.service;

import org.jspecify.annotations.Nullable;

/** What a {@link SmallServer} answers. */
public record Answer(int status, String type, String body) {
  public static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  /** One line of plain text. */
  public static Answer text(int status, String line) {
    return new Answer(status, TEXT, line + "\n");
  }

  /** That all is well, or 503 and what is not. */
  public static Answer health(@Nullable String trouble) {
    return trouble == null ? text(200, "yes") : text(503, trouble);
  }
}
