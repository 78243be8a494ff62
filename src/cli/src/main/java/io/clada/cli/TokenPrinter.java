package io.clada.cli;

import io.clada.schemas.TokenEvent;
import java.util.List;

/** Prints the tokens of one answer after another. */
sealed interface TokenPrinter permits JsonTokens, TextTokens {
  /** An answer to {@code prompt} begins. */
  void begin(String prompt);

  void token(TokenEvent token);

  /**
   * What was printed of this answer is void from some token on: {@code standing} is what still
   * holds.
   */
  void retract(List<TokenEvent> standing);

  /** The answer is complete. */
  void end();
}
