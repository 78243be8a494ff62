package io.clada.engine.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * One answer, token by token: surprisal and entropy with the thresholds that they are held against,
 * the cognitive load that follows, and what was computed for each token.
 */
final class TraceChart {
  private static final int LEFT = 46;
  private static final int RIGHT = 10;
  private static final int GAP = 34;
  private static final int LINES = 120;
  private static final int STRIP = 14;
  private static final int KEPT = 90;

  private final List<TokenTrace> tokens;
  private final Svg svg;
  private final Axis x;
  private final double cell;
  private int y;

  private TraceChart(List<TokenTrace> tokens, int width) {
    this.tokens = tokens;
    x = new Axis(0, tokens.size(), 1, LEFT, width - RIGHT);
    cell = x.at(1) - x.at(0);
    int height = 20 + 2 * LINES + STRIP + KEPT + 3 * GAP + 34;
    svg = new Svg(width, height, "Surprisal, entropy, load and sparsity of each token");
  }

  static String of(List<TokenTrace> tokens, int width) {
    TraceChart chart = new TraceChart(tokens, width);
    chart.lines(
        "surprisal", "Surprisal, bits", TokenTrace::surprisal, TokenTrace::surprisalThreshold);
    chart.lines("entropy", "Entropy, bits", TokenTrace::entropy, TokenTrace::entropyThreshold);
    chart.load();
    chart.kept();
    chart.hints();
    return chart.svg.toString();
  }

  private void lines(
      String style,
      String title,
      ToDoubleFunction<TokenTrace> value,
      ToDoubleFunction<TokenTrace> threshold) {
    panel(title, style);
    double most = tokens.stream().mapToDouble(value).max().orElse(1);
    double limit = tokens.stream().mapToDouble(threshold).max().orElse(0);
    Axis axis = Axis.fromZero(Math.max(most, limit), 4, y + LINES, y);
    grid(axis);
    svg.path("threshold " + style, steps(axis, threshold));
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      points.add(new double[] {middle(i), axis.at(value.applyAsDouble(tokens.get(i)))});
    }
    svg.path("line " + style, points);
    y += LINES;
  }

  private void load() {
    panel("Cognitive load", "");
    for (int i = 0; i < tokens.size(); i++) {
      String load = tokens.get(i).load().name().toLowerCase(Locale.ROOT);
      svg.rect("load-" + load, x.at(i), y, Math.max(0.5, cell - Math.min(1, cell / 4)), STRIP);
    }
    y += STRIP;
  }

  private void kept() {
    panel("Computed, share of dense", "");
    Axis axis = new Axis(0, 1, 0.5, y + KEPT, y);
    grid(axis);
    svg.path("line weights", steps(axis, TokenTrace::weightsReadRatio));
    svg.path("line neurons", steps(axis, TokenTrace::activeNeuronRatio));
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).reanalyses() > 0) {
        svg.dot("reanalysis", middle(i), y + 6, 3.5, tokens.get(i).reanalyses() + " reanalyses");
      }
    }
    y += KEPT;
    for (double tick : Axis.fromZero(tokens.size(), 6, 0, 1).ticks()) {
      if (tick <= tokens.size()) {
        svg.text("tick middle", x.at(tick), y + 14, String.valueOf(Math.round(tick)));
      }
    }
    svg.text("tick end", x.at(tokens.size()), y + 28, "token");
  }

  private void panel(String title, String style) {
    y += y == 0 ? 20 : GAP;
    svg.text("panel " + style, LEFT, y - 8, title);
  }

  private void grid(Axis axis) {
    for (double tick : axis.ticks()) {
      svg.line("grid", LEFT, axis.at(tick), x.end(), axis.at(tick));
      svg.text("tick end", LEFT - 6, axis.at(tick) + 4, axis.label(tick));
    }
  }

  private List<double[]> steps(Axis axis, ToDoubleFunction<TokenTrace> value) {
    List<double[]> points = new ArrayList<>();
    for (int i = 0; i < tokens.size(); i++) {
      double at = axis.at(value.applyAsDouble(tokens.get(i)));
      points.add(new double[] {x.at(i), at});
      points.add(new double[] {x.at(i + 1), at});
    }
    return points;
  }

  private double middle(int token) {
    return x.at(token + 0.5);
  }

  private void hints() {
    for (int i = 0; i < tokens.size(); i++) {
      TokenTrace token = tokens.get(i);
      svg.hint(
          x.at(i),
          20,
          cell,
          y - 20,
          String.format(
              Locale.ROOT,
              "token %d: '%s'\nsurprisal %.2f bits, entropy %.2f bits, load %s\nneurons %.2f,"
                  + " weights read %.2f, %.1f ms",
              token.index(),
              token.text(),
              token.surprisal(),
              token.entropy(),
              token.load().name().toLowerCase(Locale.ROOT),
              token.activeNeuronRatio(),
              token.weightsReadRatio(),
              token.latencyMs()));
    }
  }
}
