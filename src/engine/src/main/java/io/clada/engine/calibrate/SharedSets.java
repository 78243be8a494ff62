package io.clada.engine.calibrate;

import io.clada.engine.calibrate.CalibrationPoint.Measured;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How small a set of neurons may be that a batch shares.
 *
 * @param ratio the smallest share of neurons within the bound; null: none is
 * @param tried from the largest set on, down to the first that is not within the bound
 */
public record SharedSets(@Nullable Double ratio, List<Measured> tried) {
  /** Trials that a search takes, about. */
  static final int TRIALS = 4;

  private static final double[] RATIOS = {0.95, 0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5};

  public SharedSets {
    tried = List.copyOf(tried);
  }

  static SharedSets search(SetTrial trial, Score dense, Bootstrap bootstrap, double bound) {
    Double smallest = null;
    List<Measured> tried = new ArrayList<>();
    for (double ratio : RATIOS) {
      Score score = trial.shared(ratio);
      Rise rise = bootstrap.rise(score, dense);
      tried.add(Measured.of(score, rise));
      if (rise.most() > bound) {
        break;
      }
      smallest = ratio;
    }
    return new SharedSets(smallest, tried);
  }
}
