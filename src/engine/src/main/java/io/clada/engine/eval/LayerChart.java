package io.clada.engine.eval;

import java.util.List;
import java.util.Locale;

/** How much of each layer each mode computes: a strip of cells per mode. */
final class LayerChart {
  private static final int LEFT = 62;
  private static final int RIGHT = 10;
  private static final int TOP = 8;
  private static final int ROW = 26;

  private LayerChart() {}

  static String of(List<ModeResult> modes, int width) {
    int layers = layers(modes);
    Svg svg =
        new Svg(width, TOP + modes.size() * ROW + 34, "Neurons computed in each layer, by mode");
    double cell = (double) (width - LEFT - RIGHT) / layers;
    int y = TOP;
    for (ModeResult mode : modes) {
      svg.text("name " + mode.mode() + " end", LEFT - 8, y + ROW - 9, mode.mode());
      List<Double> ratios = mode.sparsity().activeNeuronRatioByLayer();
      for (int layer = 0; layer < ratios.size(); layer++) {
        double ratio = ratios.get(layer);
        String share = String.format(Locale.ROOT, "%.0f", ratio * 100);
        double left = LEFT + layer * cell;
        svg.shade(
            "heat",
            left,
            y,
            cell - 1,
            ROW - 4,
            ratio,
            mode.mode() + ", layer " + layer + ": " + share + " % of the neurons");
        if (cell >= 30) {
          String style = ratio > 0.75 ? "cell middle over" : "cell middle";
          svg.text(style, left + cell / 2, y + ROW - 9, share);
        }
      }
      y += ROW;
    }
    int every = (int) Math.ceil(24 / cell);
    for (int layer = 0; layer < layers; layer += every) {
      svg.text("tick middle", LEFT + (layer + 0.5) * cell, y + 12, String.valueOf(layer));
    }
    return svg.text("axis end", width - RIGHT, y + 28, "layer").toString();
  }

  static int layers(List<ModeResult> modes) {
    return modes.stream()
        .mapToInt(mode -> mode.sparsity().activeNeuronRatioByLayer().size())
        .max()
        .orElse(0);
  }
}
