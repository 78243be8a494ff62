package io.clada.engine;

import io.clada.engine.decoder.Costs;

/**
 * Whether, and how far, to draft in mode {@code exact} (method, section 6). Drafting {@code d}
 * tokens costs as many sparse steps and a dense pass over {@code d + 1} rows, and gives, if a draft
 * is right with probability {@code a}, {@code 1 + a + ... + a^d} tokens. What products cost is
 * measured when the model is loaded; {@code a}, and how much longer than its products a pass takes,
 * as it goes.
 */
final class Drafting {
  /** Tokens. */
  static final int MOST = 8;

  private static final int FIXED = 3;
  private static final double FIRST_GUESS = 0.85;
  private static final double MEMORY = 0.98;

  /** Where drafting does not pay by the last estimate, it is tried again after so many steps. */
  private static final int PATIENCE = 1024;

  private final Costs costs;
  private final boolean always;
  private double acceptance = FIRST_GUESS;
  private int refused;

  /** What passes take over their products, as in {@link Pace}. */
  private double dense = Pace.UNTRIED;

  private double draft = Pace.UNTRIED;
  private double verification = Pace.UNTRIED;

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
    if (length(generation.tokensLeft(), generation.keepRatios()) > 0) {
      return true;
    }
    if (++refused >= PATIENCE) {
      refused = 0;
      acceptance = Math.max(acceptance, FIRST_GUESS);
      draft = Math.min(draft, dense);
      verification = Math.min(verification, dense);
    }
    return false;
  }

  /**
   * How many tokens to draft at most; 0: none.
   *
   * @param tokensLeft that may still be generated
   * @param keepRatios of the drafts, one per matrix
   */
  int length(int tokensLeft, double[] keepRatios) {
    int room = tokensLeft - 1; // the pass that verifies adds one
    if (always) {
      return Math.min(FIXED, room);
    }
    double step = draft * costs.sparse(keepRatios);
    int best = 0;
    double least = Pace.WORTH_IT * dense * costs.dense(1);
    double tokens = 1;
    double power = 1;
    for (int drafts = 1; drafts <= Math.min(MOST, room); drafts++) {
      power *= acceptance;
      tokens += power;
      double perToken = (drafts * step + verification * costs.dense(drafts + 1)) / tokens;
      if (perToken < least) {
        least = perToken;
        best = drafts;
      }
    }
    return best;
  }

  /** A dense step of one sequence took so many seconds. */
  void stepped(double seconds) {
    dense = Pace.learned(dense, seconds / costs.dense(1));
  }

  /**
   * So many drafts were right of so many.
   *
   * @param keepRatios of the drafts
   * @param drafting seconds that they took, all together
   * @param verifying seconds that it took to verify them
   */
  void verified(double[] keepRatios, int drafted, int accepted, double drafting, double verifying) {
    for (int i = 0; i < Math.min(drafted, accepted + 1); i++) {
      acceptance = MEMORY * acceptance + (1 - MEMORY) * (i < accepted ? 1 : 0);
    }
    draft = Pace.learned(draft, drafting / drafted / costs.sparse(keepRatios));
    verification = Pace.learned(verification, verifying / costs.dense(drafted + 1));
  }
}
