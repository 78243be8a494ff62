package io.clada.topology;

import io.clada.topology.DrawnTopology.Arrow;
import io.clada.topology.DrawnTopology.Box;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A {@link DrawnTopology} as text: for Mermaid, and as an SVG. */
final class TopologyPictures {
  private static final int COLUMN = 190;
  private static final int ROW = 84;
  private static final int WIDTH = 156;
  private static final int HEIGHT = 56;
  private static final int MARGIN = 16;

  private TopologyPictures() {}

  static String mermaid(DrawnTopology topology) {
    StringBuilder out = new StringBuilder("flowchart LR\n");
    Map<String, String> names = new HashMap<>();
    for (Box box : topology.boxes()) {
      names.put(box.id(), "n" + names.size());
    }
    for (Box box : topology.boxes()) {
      String text =
          box.stores().isEmpty()
              ? box.label()
              : box.label() + "<br/><i>" + String.join("<br/>", box.stores()) + "</i>";
      out.append("  ")
          .append(names.get(box.id()))
          .append(box.isTopic() ? "([\"" + text + "\"])" : "[\"" + text + "\"]")
          .append('\n');
    }
    for (Arrow arrow : topology.arrows()) {
      out.append("  ")
          .append(names.get(arrow.from()))
          .append(" --> ")
          .append(names.get(arrow.to()))
          .append('\n');
    }
    return out.toString();
  }

  static String svg(DrawnTopology topology) {
    Map<Integer, List<Box>> columns = topology.columns();
    Map<String, Double> rows = rows(topology);
    Map<String, int[]> places = new HashMap<>();
    columns.forEach(
        (column, boxes) ->
            boxes.forEach(
                box ->
                    places.put(
                        box.id(),
                        new int[] {
                          MARGIN + COLUMN * column, (int) (MARGIN + ROW * rows.get(box.id()))
                        })));
    double lowest = rows.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
    StringBuilder out = new StringBuilder();
    int width = 2 * MARGIN + COLUMN * (columns.size() - 1) + WIDTH;
    int height = (int) (2 * MARGIN + ROW * lowest + HEIGHT);
    out.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
        <title>The aggregation topology: topics (round) and processors with their stores</title>
        <defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#555"/></marker></defs>
        <rect width="100%%" height="100%%" fill="#fff"/>
        """
            .formatted(width, height));
    for (Arrow arrow : topology.arrows()) {
      out.append(line(places.get(arrow.from()), places.get(arrow.to())));
    }
    for (Box box : topology.boxes()) {
      out.append(box(box, places.get(box.id())));
    }
    return out.append("</svg>\n").toString();
  }

  /** Each box beside those that lead to it, and below the one above it. */
  private static Map<String, Double> rows(DrawnTopology topology) {
    Map<String, Double> rows = new HashMap<>();
    for (List<Box> column : topology.columns().values()) {
      Map<Box, Double> wanted = new HashMap<>();
      for (Box box : column) {
        wanted.put(
            box,
            topology.arrows().stream()
                .filter(arrow -> arrow.to().equals(box.id()))
                .mapToDouble(arrow -> rows.get(arrow.from()))
                .average()
                .orElse(0));
      }
      double free = 0;
      List<Box> sorted =
          column.stream()
              .sorted(Comparator.comparing((Box box) -> wanted.get(box)).thenComparing(Box::id))
              .toList();
      for (Box box : sorted) {
        double row = Math.max(free, wanted.get(box));
        rows.put(box.id(), row);
        free = row + 1;
      }
    }
    return rows;
  }

  private static String line(int[] from, int[] to) {
    return String.format(
        Locale.ROOT,
        "<path d=\"M%d %dC%d %d %d %d %d %d\" fill=\"none\" stroke=\"#555\""
            + " marker-end=\"url(#tip)\"/>%n",
        from[0] + WIDTH,
        from[1] + HEIGHT / 2,
        from[0] + WIDTH + 20,
        from[1] + HEIGHT / 2,
        to[0] - 20,
        to[1] + HEIGHT / 2,
        to[0],
        to[1] + HEIGHT / 2);
  }

  private static String box(Box box, int[] place) {
    StringBuilder out = new StringBuilder();
    out.append(
        "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"%d\" fill=\"%s\" stroke=\"#555\"/>\n"
            .formatted(
                place[0],
                place[1],
                WIDTH,
                HEIGHT,
                box.isTopic() ? HEIGHT / 2 : 3,
                box.isTopic() ? "#e8f0fe" : "#f6f6f6"));
    int lines = box.stores().isEmpty() ? 1 : 1 + (box.stores().size() + 1) / 2;
    int y = place[1] + HEIGHT / 2 + 4 - 7 * (lines - 1);
    out.append(text(place[0], y, "", box.label()));
    for (int i = 0; i < box.stores().size(); i += 2) {
      y += 14;
      List<String> two = box.stores().subList(i, Math.min(i + 2, box.stores().size()));
      out.append(text(place[0], y, " font-size=\"9\" fill=\"#666\"", String.join(", ", two)));
    }
    return out.toString();
  }

  private static String text(int x, int y, String style, String text) {
    return "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\"%s>%s</text>\n"
        .formatted(x + WIDTH / 2, y, style, text);
  }
}
