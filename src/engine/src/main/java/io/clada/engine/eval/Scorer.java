package io.clada.engine.eval;

/** A model that says how likely a text is. */
@FunctionalInterface
public interface Scorer {
  /**
   * Scores a continuation, token by token.
   *
   * @return ln p of each token of the continuation, given the prompt and the tokens before it
   */
  double[] logLikelihoods(String prompt, String continuation);
}
