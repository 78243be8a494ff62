package io.clada.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was measured: sections of figures, and in what circumstances. */
final class Report {
  private static final int MOST_WIDTH = 100;

  private final Map<String, String> circumstances = new LinkedHashMap<>();
  private final List<Figure> figures = new ArrayList<>();

  void say(String name, String value) {
    circumstances.put(name, value);
  }

  void add(Figure figure) {
    figures.add(figure);
  }

  /** How busy the computer is: processes that want to run, on the average of the last minute. */
  void sayLoad(String when) {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    say("load average " + when, number(load));
  }

  String json() throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode node = mapper.createObjectNode();
    node.set("circumstances", mapper.valueToTree(circumstances));
    node.set("figures", mapper.valueToTree(figures));
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(node);
  }

  String text() {
    StringBuilder text = new StringBuilder();
    circumstances.forEach((name, value) -> text.append(name + ": " + value + "\n"));
    Map<String, List<Figure>> sections = new LinkedHashMap<>();
    for (Figure figure : figures) {
      sections.computeIfAbsent(figure.section(), section -> new ArrayList<>()).add(figure);
    }
    sections.forEach((section, rows) -> text.append("\n" + table(section, rows) + "\n"));
    return text.toString();
  }

  private static String table(String section, List<Figure> rows) {
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
        .data(
            rows,
            List.of(
                left(section).with(Figure::name),
                right("median").with(row -> number(row.median())),
                right("best").with(row -> number(row.best())),
                left("unit").with(Figure::unit),
                right("floor").with(row -> number(row.floor())),
                right("floor/median").with(row -> number(share(row.floor(), row.median()))),
                right("over dense").with(row -> number(row.overDense())),
                right("best/dense's").with(row -> number(row.bestOverDense())),
                right("bytes").with(row -> number(row.bytes())),
                left("target").with(Figure::target),
                left("").with(Figure::note)))
        .asString();
  }

  private static @Nullable Double share(@Nullable Double bound, @Nullable Double of) {
    return bound == null || of == null ? null : (Double) (bound / of);
  }

  /** Three digits that count. */
  private static String number(@Nullable Double value) {
    if (value == null) {
      return "";
    }
    int digits = value == 0 ? 0 : (int) Math.floor(Math.log10(Math.abs(value)));
    return String.format(Locale.ROOT, "%." + Math.max(0, Math.min(6, 2 - digits)) + "f", value);
  }

  private static Column left(String header) {
    return new Column()
        .header(header)
        .headerAlign(HorizontalAlign.LEFT)
        .dataAlign(HorizontalAlign.LEFT)
        .maxWidth(MOST_WIDTH);
  }

  private static Column right(String header) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT);
  }
}
