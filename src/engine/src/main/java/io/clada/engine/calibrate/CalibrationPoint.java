package io.clada.engine.calibrate;

import org.jspecify.annotations.Nullable;

/**
 * A setting that was tried.
 *
 * @param loadSwing how far keep ratios move with the load
 * @param reanalysisCooldown least tokens between two dense looks back; 0: there are none
 * @param chosen whether it is the profile's
 * @param calibration on the texts that it was tried on
 * @param heldOut on the others; null: not measured
 * @param griffin mode {@code griffin} on the held-out texts, reading the same share of the weights;
 *     null: not measured, or griffin cannot read so little
 */
public record CalibrationPoint(
    double loadSwing,
    int reanalysisCooldown,
    boolean chosen,
    Measured calibration,
    @Nullable Measured heldOut,
    @Nullable Measured griffin) {

  /**
   * What a setting gave.
   *
   * @param weightsReadRatio weights read over what dense reads
   * @param activeNeuronRatio share of the FFN neurons computed
   * @param perplexity of the continuations
   * @param rise over dense's perplexity; 0.01 is one percent
   * @param mostRise what the rise stays under with a confidence of 99 %
   */
  public record Measured(
      double weightsReadRatio,
      double activeNeuronRatio,
      double perplexity,
      double rise,
      double mostRise) {
    static Measured of(Score score, Rise rise) {
      return new Measured(
          score.weightsRead(), score.activeNeurons(), score.perplexity(), rise.mean(), rise.most());
    }
  }
}
