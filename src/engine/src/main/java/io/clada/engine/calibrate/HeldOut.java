package io.clada.engine.calibrate;

import io.clada.engine.calibrate.CalibrationPoint.Measured;
import io.clada.engine.decoder.Decoder;
import org.jspecify.annotations.Nullable;

/**
 * What settings cost on texts that did not choose them, and what {@code griffin} costs there at the
 * same share of weights read.
 */
final class HeldOut implements AutoCloseable {
  /** Less is no set any more. */
  private static final double LEAST_SET = 0.05;

  private final Decoder decoder;
  private final Matrices matrices;
  private final Readings readings;
  private final Bootstrap bootstrap;
  private final Meter meter;

  /**
   * @param readings of the texts; closed with this
   */
  HeldOut(Decoder decoder, Matrices matrices, Readings readings, Bootstrap bootstrap, Meter meter) {
    this.decoder = decoder;
    this.matrices = matrices;
    this.readings = readings;
    this.bootstrap = bootstrap;
    this.meter = meter;
  }

  CalibrationTexts texts() {
    return CalibrationTexts.of(readings);
  }

  Measured sparse(Setting setting) {
    SparseTrial trial = new SparseTrial(decoder, readings.all(), meter);
    return measured(trial.run(matrices.profile(setting)));
  }

  @Nullable Measured griffin(double weightsRead) {
    if (!decoder.canCompact()) {
      return null;
    }
    SetTrial trial = new SetTrial(decoder, readings.all(), meter);
    double ratio = trial.ratioReading(weightsRead);
    return ratio < LEAST_SET ? null : measured(trial.griffin(ratio));
  }

  private Measured measured(Score score) {
    return Measured.of(score, bootstrap.rise(score, readings.dense()));
  }

  @Override
  public void close() {
    readings.close();
  }
}
