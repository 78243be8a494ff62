package io.clada.engine;

import io.clada.engine.decoder.Costs;

/**
 * Whether, and how far, to draft in mode {@code exact} (method, section 6). Drafting {@code d}
 * tokens costs as many sparse steps and a dense pass over {@code d + 1} rows, and gives, if a draft
 * is right with probability {@code a}, {@code 1 + a + ... + a^d} tokens. What a pass over several
 * rows costs is measured when the model is loaded, {@code a} as it goes.
 */
final class Drafting {
  /** Tokens. */
  static final int MOST = 8;

  private static final int FIXED = 3;
  private static final double FIRST_GUESS = 0.85;
  private static final double MEMORY = 0.98;

  /** A smaller gain than this may be none: costs are measured, and leave attention out. */
  private static final double WORTH_IT = 0.95;

  /** Where drafting does not pay by the last estimate, it is tried again after so many steps. */
  private static final int PATIENCE = 256;

  private final Costs costs;
  private final boolean always;
  private double acceptance = FIRST_GUESS;
  private int refused;

  /**
   * @param always draft whatever it costs
   */
  Drafting(Costs costs, boolean always) {
    this.costs = costs;
    this.always = always;
  }

  boolean pays(ActiveGeneration generation) {
    if (generation.spec().mode() != Mode.EXACT || !generation.sparse() || generation.scored()) {
      return false;
    }
    if (length(generation) > 0) {
      return true;
    }
    if (++refused >= PATIENCE) {
      refused = 0;
      acceptance = Math.max(acceptance, FIRST_GUESS);
    }
    return false;
  }

  /** How many tokens to draft at most; 0: none. */
  int length(ActiveGeneration generation) {
    int room = generation.tokensLeft() - 1; // the pass that verifies adds one
    if (always) {
      return Math.min(FIXED, room);
    }
    double step = costs.sparse(generation.keepRatios());
    int best = 0;
    double least = WORTH_IT * costs.dense(1);
    double tokens = 1;
    double power = 1;
    for (int drafts = 1; drafts <= Math.min(MOST, room); drafts++) {
      power *= acceptance;
      tokens += power;
      double perToken = (drafts * step + costs.dense(drafts + 1)) / tokens;
      if (perToken < least) {
        least = perToken;
        best = drafts;
      }
    }
    return best;
  }

  /** So many drafts were right of so many. */
  void verified(int drafted, int accepted) {
    for (int i = 0; i < Math.min(drafted, accepted + 1); i++) {
      acceptance = MEMORY * acceptance + (1 - MEMORY) * (i < accepted ? 1 : 0);
    }
  }
}
