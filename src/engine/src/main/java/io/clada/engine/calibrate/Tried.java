package io.clada.engine.calibrate;

/**
 * A setting and what it gave.
 *
 * @param step on the path
 * @param rise of perplexity over dense
 */
record Tried(GreedyPath path, int step, Setting setting, Score score, Rise rise) {
  /** Whether other texts, too, will stay within the bound, in all likelihood. */
  boolean within(double bound) {
    return rise.most() <= bound;
  }
}
