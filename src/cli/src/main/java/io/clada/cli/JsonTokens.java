package io.clada.cli;

import io.clada.schemas.TokenEvent;
import java.io.PrintWriter;
import java.util.List;

/**
 * One JSON object per line and token, with the fields of the schema TokenEvent; those that are null
 * are left out.
 */
final class JsonTokens implements TokenPrinter {
  private final PrintWriter out;

  JsonTokens(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void begin(String prompt) {}

  @Override
  public void token(TokenEvent token) {
    out.println(AvroJson.of(token));
    out.flush();
  }

  /** Nothing to print: the objects that follow carry a higher {@code attempt}. */
  @Override
  public void retract(List<TokenEvent> standing) {}

  @Override
  public void end() {}
}
