package io.clada.engine.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one mode reached over a data set.
 *
 * @param mode in lower case: dense, griffin, clada or exact
 */
public record ModeResult(String mode, Quality quality, Speed speed, Sparsity sparsity) {

  /**
   * How good the model still is. What the data set has nothing for is null.
   *
   * @param perplexity of the given continuations
   * @param scoredTokens of the given continuations
   * @param agreement share of those tokens in whose place the mode would have taken the token that
   *     dense would have
   * @param rougeL mean F1 of the generated texts against the references, 0 to 1
   * @param rougeLToDense the same against what dense generated
   * @param accuracy share of the multiple-choice questions answered right
   */
  public record Quality(
      @Nullable Double perplexity,
      long scoredTokens,
      @Nullable Proportion agreement,
      @Nullable Double rougeL,
      @Nullable Double rougeLToDense,
      @Nullable Proportion accuracy) {}

  /**
   * How fast it generated.
   *
   * @param tokens generated
   * @param tokensPerSecond decode steps' tokens over their time; 0 if there were none
   * @param timeToFirstTokenSeconds median
   */
  public record Speed(long tokens, double tokensPerSecond, double timeToFirstTokenSeconds) {}

  /**
   * How much was computed, as means over the generated tokens but the first of each answer, which
   * the prefill makes.
   *
   * @param activeNeuronRatio share of the FFN neurons computed, 0 to 1
   * @param weightsReadRatio weights read over what dense reads
   * @param activeNeuronRatioByLayer one per layer
   * @param reanalyses dense passes over recent tokens
   * @param drafted tokens that sparse steps drafted
   * @param accepted drafted tokens that the dense model agreed with
   */
  public record Sparsity(
      double activeNeuronRatio,
      double weightsReadRatio,
      List<Double> activeNeuronRatioByLayer,
      long reanalyses,
      long drafted,
      long accepted) {
    public Sparsity {
      activeNeuronRatioByLayer = List.copyOf(activeNeuronRatioByLayer);
    }
  }
}
