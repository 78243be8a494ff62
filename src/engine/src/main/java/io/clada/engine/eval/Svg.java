package io.clada.engine.eval;

import java.util.List;
import java.util.Locale;

/**
 * Builds a picture as inline SVG. Colours and fonts come from the page's style by class, so that
 * one picture serves light and dark. Coordinates are in pixels of the picture's own size.
 */
final class Svg {
  private final int width;
  private final int height;
  private final String label;
  private final StringBuilder body = new StringBuilder();

  /**
   * @param label what the picture shows, for who cannot see it
   */
  Svg(int width, int height, String label) {
    this.width = width;
    this.height = height;
    this.label = label;
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    return add(
        "<line class=\"%s\" x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\"/>",
        style, number(x1), number(y1), number(x2), number(y2));
  }

  Svg rect(String style, double x, double y, double w, double h) {
    return add(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/>",
        style, number(x), number(y), number(Math.max(0, w)), number(Math.max(0, h)));
  }

  /** A rectangle of one colour, more or less of it. */
  Svg shade(String style, double x, double y, double w, double h, double opacity, String title) {
    return add(
        "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\""
            + " fill-opacity=\"%s\"><title>%s</title></rect>",
        style, number(x), number(y), number(w), number(h), number(opacity), Html.escape(title));
  }

  Svg dot(String style, double x, double y, double radius, String title) {
    return add(
        "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>%s</title></circle>",
        style, number(x), number(y), number(radius), Html.escape(title));
  }

  /** A line through points {@code [x, y]}. */
  Svg path(String style, List<double[]> points) {
    StringBuilder d = new StringBuilder();
    for (double[] point : points) {
      d.append(d.length() == 0 ? 'M' : 'L').append(number(point[0])).append(' ');
      d.append(number(point[1]));
    }
    return points.isEmpty() ? this : add("<path class=\"%s\" d=\"%s\"/>", style, d.toString());
  }

  Svg text(String style, double x, double y, String text) {
    return add(
        "<text class=\"%s\" x=\"%s\" y=\"%s\">%s</text>",
        style, number(x), number(y), Html.escape(text));
  }

  /** Something to read at a place without anything to see there. */
  Svg hint(double x, double y, double w, double h, String title) {
    return add(
        "<rect class=\"hint\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>%s</title></rect>",
        number(x), number(y), number(w), number(h), Html.escape(title));
  }

  private Svg add(String element, String... values) {
    body.append(String.format(Locale.ROOT, element, (Object[]) values)).append('\n');
    return this;
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.2f", value);
    return text.endsWith(".00") ? text.substring(0, text.length() - 3) : text;
  }

  @Override
  public String toString() {
    return "<svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" aria-label=\"%s\">\n%s</svg>\n"
        .formatted(width, height, width, height, Html.escape(label), body);
  }
}
