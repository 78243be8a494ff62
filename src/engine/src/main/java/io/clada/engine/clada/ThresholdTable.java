package io.clada.engine.clada;

/**
 * From the share of a matrix's inputs to the magnitude that this share reaches: piecewise linear,
 * falling.
 */
final class ThresholdTable {
  private final double[] ratios;
  private final double[] magnitudes;

  /**
   * @param ratios ascending, within (0, 1)
   * @param magnitudes as many, not ascending
   */
  ThresholdTable(double[] ratios, double[] magnitudes) {
    this.ratios = ratios.clone();
    this.magnitudes = magnitudes.clone();
  }

  /** The magnitude that this share of the inputs reaches; 0 for a share of 1. */
  double at(double ratio) {
    if (ratio <= ratios[0]) {
      return magnitudes[0];
    }
    for (int i = 1; i < ratios.length; i++) {
      if (ratio <= ratios[i]) {
        return between(ratio, ratios[i - 1], magnitudes[i - 1], ratios[i], magnitudes[i]);
      }
    }
    int last = ratios.length - 1;
    return ratio >= 1 ? 0 : between(ratio, ratios[last], magnitudes[last], 1, 0);
  }

  private static double between(double x, double x0, double y0, double x1, double y1) {
    return y0 + (x - x0) / (x1 - x0) * (y1 - y0);
  }
}
