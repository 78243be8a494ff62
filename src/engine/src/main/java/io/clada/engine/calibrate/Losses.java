package io.clada.engine.calibrate;

import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Site;

/**
 * What each matrix's product loses when it keeps a share of its inputs, {@code [layers *
 * 4][ratios]}: the mean over tokens of the squared norm of what is dropped over the squared norm of
 * the product, the square of CETT (ProSparse, arXiv 2402.13516). Squared, since that is how small
 * errors of independent products add up.
 */
final class Losses {
  private Losses() {}

  /**
   * Measured on the continuations, all matrices at once: a pass computes each product once more for
   * each ratio.
   */
  static double[][] measure(Decoder decoder, Readings readings, int ratios, Meter meter) {
    double[][] losses = new double[decoder.config().layers() * Site.COUNT][ratios];
    long tokens = readings.scored() - readings.all().size();
    for (Reading reading : readings.all()) {
      float[][] sums = decoder.losses(reading.continuation(true));
      reading.restore();
      for (int matrix = 0; matrix < losses.length; matrix++) {
        for (int ratio = 0; ratio < ratios; ratio++) {
          losses[matrix][ratio] += (double) sums[matrix][ratio] / tokens;
        }
      }
      meter.advance((long) reading.passage().scored() * (ratios + 1));
    }
    return losses;
  }
}
