package io.clada.engine;

/** How much of the model is computed for each token. */
public enum Mode {
  /** Everything, always: the baseline. */
  DENSE,
  /** The neurons that the prompt ranks highest, never changed (GRIFFIN, arXiv 2404.01365). */
  GRIFFIN,
  /**
   * Per token, the inputs of each matrix whose magnitude reaches a threshold that follows cognitive
   * load.
   */
  CLADA,
  /**
   * Sparse steps draft, a dense pass verifies: the text is the dense model's, whatever was left out
   * (method, section 6).
   */
  EXACT
}
