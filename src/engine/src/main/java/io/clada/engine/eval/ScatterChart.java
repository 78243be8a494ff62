package io.clada.engine.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Points with names between two axes. */
final class ScatterChart {
  private static final int LEFT = 58;
  private static final int RIGHT = 16;
  private static final int TOP = 34;
  private static final int BOTTOM = 44;
  private static final int CHAR_WIDTH = 7;
  private static final int LINE_HEIGHT = 14;

  /** A point, its colour and its name; an empty name is not written. */
  record Point(double x, double y, String style, String name) {}

  /** What the axes say. */
  record Labels(String x, String y, String whole) {}

  private final int width;
  private final Axis x;
  private final Axis y;
  private final Svg svg;
  private final List<double[]> taken = new ArrayList<>();

  ScatterChart(int width, int height, Labels labels, List<Point> points) {
    this.width = width;
    x =
        Axis.around(
            points.stream().mapToDouble(Point::x).min().orElse(0),
            points.stream().mapToDouble(Point::x).max().orElse(1),
            width > 600 ? 8 : 4,
            LEFT,
            width - RIGHT);
    y =
        Axis.around(
            points.stream().mapToDouble(Point::y).min().orElse(0),
            points.stream().mapToDouble(Point::y).max().orElse(1),
            5,
            height - BOTTOM,
            TOP);
    svg = new Svg(width, height, labels.whole());
    for (double tick : y.ticks()) {
      svg.line("grid", LEFT, y.at(tick), width - RIGHT, y.at(tick));
      svg.text("tick end", LEFT - 6, y.at(tick) + 4, y.label(tick));
    }
    for (double tick : x.ticks()) {
      svg.line("grid", x.at(tick), TOP, x.at(tick), height - BOTTOM);
      svg.text("tick middle", x.at(tick), height - BOTTOM + 16, x.label(tick));
    }
    svg.text("panel", LEFT, TOP - 14, labels.y());
    svg.text("axis end", width - RIGHT, height - 8, labels.x());
    points.forEach(
        point -> taken.add(new double[] {x.at(point.x()) - 6, y.at(point.y()) - 6, 12, 12}));
  }

  /** A line through points of the chart. */
  ScatterChart line(String style, List<Point> points) {
    svg.path(
        style,
        points.stream().map(point -> new double[] {x.at(point.x()), y.at(point.y())}).toList());
    return this;
  }

  /** A value that is not to be passed; not drawn where it lies outside. */
  ScatterChart bound(double value, String name) {
    if (value > y.from() && value < y.to()) {
      svg.line("bound", LEFT, y.at(value), width - RIGHT, y.at(value));
      svg.text("note end", width - RIGHT, y.at(value) - 6, name);
    }
    return this;
  }

  String draw(List<Point> points) {
    for (Point point : points) {
      svg.dot(
          "dot " + point.style(),
          x.at(point.x()),
          y.at(point.y()),
          point.name().isEmpty() ? 3.5 : 6,
          String.format(Locale.ROOT, "%s %.4g, %.4g", point.name(), point.x(), point.y()).strip());
    }
    points.stream().filter(point -> !point.name().isEmpty()).forEach(this::name);
    return svg.toString();
  }

  /** Beside the point where there is room: right, left, above, below. */
  private void name(Point point) {
    double w = point.name().length() * CHAR_WIDTH;
    double px = x.at(point.x());
    double py = y.at(point.y());
    double[][] places = {
      {px + 10, py - LINE_HEIGHT / 2.0},
      {px - 10 - w, py - LINE_HEIGHT / 2.0},
      {px - w / 2, py - 10 - LINE_HEIGHT},
      {px - w / 2, py + 10}
    };
    double[] chosen = places[0];
    for (double[] place : places) {
      if (place[0] >= LEFT && place[0] + w <= width && isFree(place, w)) {
        chosen = place;
        break;
      }
    }
    taken.add(new double[] {chosen[0], chosen[1], w, LINE_HEIGHT});
    svg.text("name " + point.style(), chosen[0], chosen[1] + LINE_HEIGHT - 3, point.name());
  }

  private boolean isFree(double[] place, double w) {
    return taken.stream()
        .noneMatch(
            box ->
                place[0] < box[0] + box[2]
                    && box[0] < place[0] + w
                    && place[1] < box[1] + box[3]
                    && box[1] < place[1] + LINE_HEIGHT);
  }
}
