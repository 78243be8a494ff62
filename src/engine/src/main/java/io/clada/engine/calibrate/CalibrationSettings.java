package io.clada.engine.calibrate;

/**
 * How to calibrate.
 *
 * @param bound most that perplexity may rise over dense; 0.01 is one percent
 * @param prompts most texts
 * @param maxNewTokens most tokens that are scored of each
 * @param seed picks the texts and the resamples: with the same texts, model and computer, the same
 *     seed makes the same profile
 */
public record CalibrationSettings(double bound, int prompts, int maxNewTokens, long seed) {
  public CalibrationSettings {
    require(bound > 0 && bound <= 1, "bound: " + bound + " must be above 0 and at most 1");
    require(prompts >= 1, "num_prompts: " + prompts + " must be at least 1");
    require(maxNewTokens >= 2, "max_new_tokens: " + maxNewTokens + " must be at least 2");
  }

  private static void require(boolean fine, String problem) {
    if (!fine) {
      throw new IllegalArgumentException(problem);
    }
  }
}
