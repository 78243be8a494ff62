package io.clada.engine.calibrate;

import java.util.Arrays;

/**
 * What calibration decides about single streams.
 *
 * @param keepRatios share of each matrix's inputs that is kept, {@code [layers * 4]}; 1 is dense
 * @param loadSwing as in the profile
 * @param cooldown least tokens between two dense looks back; 0: there are none
 */
@SuppressWarnings("ArrayRecordComponent") // never changed
record Setting(double[] keepRatios, double loadSwing, int cooldown) {
  /** Equal in every number. */
  boolean same(Setting other) {
    return Arrays.equals(keepRatios, other.keepRatios)
        && loadSwing == other.loadSwing
        && cooldown == other.cooldown;
  }
}
