package io.clada.cli;

import io.clada.schemas.TokenEvent;
import java.io.PrintWriter;
import java.util.List;

/** The text itself, shaded by surprisal, as it arrives. */
final class TextTokens implements TokenPrinter {
  private final PrintWriter out;
  private final Shading shading;
  private String prompt = "";

  TextTokens(PrintWriter out, Shading shading) {
    this.out = out;
    this.shading = shading;
  }

  @Override
  public void begin(String newPrompt) {
    prompt = newPrompt;
    out.print(shading.bold(prompt));
    out.flush();
  }

  @Override
  public void token(TokenEvent token) {
    Double surprisal = token.getSurprisal();
    out.print(shading.shade(token.getText(), surprisal == null ? 0 : surprisal));
    out.flush();
  }

  @Override
  public void retract(List<TokenEvent> standing) {
    // What has scrolled away can't be overwritten, so the answer is printed again.
    out.println();
    out.println("[retracted from token " + standing.size() + " on; again:]");
    begin(prompt);
    standing.forEach(this::token);
  }

  @Override
  public void end() {
    out.println();
    out.flush();
  }
}
