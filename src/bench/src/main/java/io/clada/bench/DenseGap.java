package io.clada.bench;

import java.util.Locale;

/**
 * Where a dense step's time goes, as far as its products were timed by themselves.
 *
 * @param step its times, of which the best counts
 * @param bandwidth seconds per byte
 */
record DenseGap(Steps steps, Turns.Times step, Turns.Times bandwidth) {
  void report(Report report) {
    double products = steps.decoder().costs().dense(1);
    double weights = steps.decoder().weights().all();
    double headWeights = steps.decoder().headWeights();
    double head = headWeights * products / weights;
    report.add(figure("products of the layers", products, weights, "as timed at loading"));
    report.add(figure("head", head, headWeights, "if it is as fast"));
    report.add(
        figure("the rest", step.least() - products - head, 0, "attention, norms, calls, sampling"));
  }

  private Figure figure(String name, double seconds, double weights, String note) {
    Figure figure =
        Figure.of("where a dense step goes", name, seconds * 1e3, "ms")
            .withNote(
                String.format(Locale.ROOT, "%.2f of the step; %s", seconds / step.least(), note));
    return weights == 0
        ? figure
        : figure.withFloor(weights * Float.BYTES * bandwidth.median() * 1e3);
  }
}
