package io.clada.engine.calibrate;

/**
 * How much perplexity rises over a baseline; 0.01 is one percent.
 *
 * @param mean over all tokens
 * @param most what it stays under with a confidence of 99 %, on other texts of the same kind
 */
record Rise(double mean, double most) {}
