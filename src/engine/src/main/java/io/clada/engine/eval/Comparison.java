package io.clada.engine.eval;

import io.clada.engine.eval.ModeResult.Quality;
import org.jspecify.annotations.Nullable;

/**
 * A mode against dense, in the two figures of the paper's table.
 *
 * @param speedup tokens per second over dense's, less one; null if either generated nothing
 * @param retention quality over dense's; null if nothing says
 * @param measure what the retention is of
 */
public record Comparison(
    @Nullable Double speedup, @Nullable Double retention, @Nullable String measure) {

  /**
   * The first of accuracy, ROUGE-L and perplexity that both were measured in says how much of the
   * quality is retained; of perplexity, where less is better, it is dense's over the mode's.
   */
  public static Comparison of(ModeResult mode, ModeResult dense) {
    double baseline = dense.speed().tokensPerSecond();
    double own = mode.speed().tokensPerSecond();
    Double speedup = baseline > 0 && own > 0 ? (Double) (own / baseline - 1) : null;
    Quality a = mode.quality();
    Quality b = dense.quality();
    if (a.accuracy() != null && b.accuracy() != null && b.accuracy().share() > 0) {
      return new Comparison(speedup, a.accuracy().share() / b.accuracy().share(), "accuracy");
    } else if (a.rougeL() != null && b.rougeL() != null && b.rougeL() > 0) {
      return new Comparison(speedup, a.rougeL() / b.rougeL(), "ROUGE-L");
    } else if (a.perplexity() != null && b.perplexity() != null) {
      return new Comparison(speedup, b.perplexity() / a.perplexity(), "perplexity");
    }
    return new Comparison(speedup, null, null);
  }
}
