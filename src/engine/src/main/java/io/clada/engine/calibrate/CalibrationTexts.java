package io.clada.engine.calibrate;

/**
 * What was measured on.
 *
 * @param texts how many
 * @param tokens of theirs that were scored
 * @param densePerplexity of those, everything computed
 */
public record CalibrationTexts(int texts, long tokens, double densePerplexity) {
  static CalibrationTexts of(Readings readings) {
    return new CalibrationTexts(
        readings.all().size(), readings.scored(), readings.dense().perplexity());
  }
}
