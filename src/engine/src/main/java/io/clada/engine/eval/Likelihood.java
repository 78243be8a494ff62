package io.clada.engine.eval;

import org.jspecify.annotations.Nullable;

/**
 * Adds up how surprising given texts were to a model, and how often it would have taken the same
 * token as another. Every token counts the same, whichever text it is from.
 */
final class Likelihood {
  private double bits;
  private long tokens;
  private long compared;
  private long agreed;

  /**
   * Counts a token.
   *
   * @param surprisal in bits
   */
  void token(double surprisal) {
    bits += surprisal;
    tokens++;
  }

  /** Counts a token that was compared with what another mode held for likeliest. */
  void compared(boolean same) {
    compared++;
    agreed += same ? 1 : 0;
  }

  long tokens() {
    return tokens;
  }

  /** Two to the mean surprisal; null if no token was counted. */
  @Nullable Double perplexity() {
    return tokens == 0 ? null : (Double) Math.pow(2, bits / tokens);
  }

  /** Null if nothing was compared. */
  @Nullable Proportion agreement() {
    return compared == 0 ? null : new Proportion(agreed, compared);
  }
}
