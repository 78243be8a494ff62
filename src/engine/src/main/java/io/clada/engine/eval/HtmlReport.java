package io.clada.engine.eval;

import io.clada.engine.eval.ScatterChart.Labels;
import io.clada.engine.eval.ScatterChart.Point;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * A run as one HTML file for people: no script, nothing loaded from elsewhere, light or dark as the
 * reader's system is, readable on a telephone. Texts of the data set and of the model are shown as
 * they are and do nothing.
 */
public final class HtmlReport {
  private static final int WIDE = 900;
  private static final int NARROW = 372;

  /** Answers shown token by token, and tokens of each: more would tell nothing new. */
  private static final int MOST_TRACES = 2;

  private static final int MOST_TOKENS = 240;

  private final EvalRun run;
  private final StringBuilder page = new StringBuilder();

  private HtmlReport(EvalRun run) {
    this.run = run;
  }

  /** The whole page. */
  public static String of(EvalRun run) {
    HtmlReport report = new HtmlReport(run);
    report.head();
    report.frontier();
    report.tradeOff();
    report.traces();
    report.layers();
    report.page.append(ResultTables.of(run));
    report.page.append("</body>\n</html>\n");
    return report.page.toString();
  }

  /** Writes the page to a file. */
  public static void write(EvalRun run, Path file) throws IOException {
    Files.writeString(file, of(run));
  }

  private void head() {
    String title = Html.escape(run.title() + " of " + run.model());
    page.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta http-equiv=\"Content-Security-Policy\"")
        .append(" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>" + title + "</title>\n<style>\n" + css() + "</style>\n</head>\n<body>\n")
        .append("<h1>" + title + "</h1>\n<p>" + run.examples() + " examples of ")
        .append(Html.escape(run.data()))
        .append(run.skipped() == 0 ? "" : "; " + run.skipped() + " passed over as not valid")
        .append("</p>\n<dl>\n");
    run.settings()
        .forEach(
            (name, value) ->
                page.append("<div><dt>" + Html.escape(name) + "</dt>")
                    .append("<dd>" + Html.escape(value) + "</dd></div>\n"));
    page.append("</dl>\n");
  }

  private static String css() {
    try (InputStream in = HtmlReport.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void frontier() {
    if (run.frontier().isEmpty()) {
      return;
    }
    section(
        "What quality costs",
        "Every setting that was tried: the share of dense's weights that it reads, and how much"
            + " perplexity rises for it.");
    List<Point> points = new ArrayList<>();
    List<FrontierPoint> frontier =
        run.frontier().stream()
            .sorted(Comparator.comparing(FrontierPoint::weightsReadRatio))
            .toList();
    for (FrontierPoint point : frontier) {
      points.add(
          new Point(
              point.weightsReadRatio() * 100,
              point.perplexityRise() * 100,
              point.chosen() ? "chosen" : "tried",
              point.chosen() ? "chosen" : ""));
    }
    Labels labels =
        new Labels(
            "weights read, % of dense", "Perplexity, % over dense", "Perplexity by weights read");
    Double target = run.targetRise();
    picture(
        width -> {
          ScatterChart chart = new ScatterChart(width, 320, labels, points);
          chart.line("line frontier", points);
          if (target != null) {
            chart.bound(target * 100, "target " + percent(target));
          }
          return chart.draw(points);
        });
  }

  private static String percent(double share) {
    return BigDecimal.valueOf(share)
            .movePointRight(2)
            .setScale(2, RoundingMode.HALF_EVEN)
            .stripTrailingZeros()
            .toPlainString()
        + " %";
  }

  /** Quality is what is retained of dense's where that is known, else perplexity. */
  private void tradeOff() {
    List<Point> retained = new ArrayList<>();
    List<Point> perplexities = new ArrayList<>();
    String measure = "quality";
    for (ModeResult mode : run.modes()) {
      double speed = mode.speed().tokensPerSecond();
      Optional<Comparison> comparison = run.baseline().map(d -> Comparison.of(mode, d));
      Double retention = comparison.map(Comparison::retention).orElse(null);
      if (retention != null) {
        measure = comparison.map(Comparison::measure).orElse(measure);
        retained.add(new Point(speed, retention * 100, mode.mode(), mode.mode()));
      }
      Double perplexity = mode.quality().perplexity();
      if (perplexity != null) {
        perplexities.add(new Point(speed, perplexity, mode.mode(), mode.mode()));
      }
    }
    List<Point> points = retained.isEmpty() ? perplexities : retained;
    if (points.isEmpty()) {
      return;
    }
    section(
        "Quality against speed",
        retained.isEmpty()
            ? "Perplexity of the given continuations; lower is better."
            : "Quality is " + measure + " relative to dense; up and to the right is better.");
    Labels labels =
        new Labels(
            "tokens per second",
            retained.isEmpty() ? "Perplexity" : "Quality retained, % of dense",
            "Quality of each mode by its speed");
    picture(width -> new ScatterChart(width, 300, labels, points).draw(points));
  }

  private void traces() {
    List<List<TokenTrace>> answers = Traces.shown(run.traces(), MOST_TRACES, MOST_TOKENS);
    if (answers.isEmpty()) {
      return;
    }
    section(
        "Answers, token by token",
        "A token is surprising, or the model unsure, where the line is above its threshold"
            + " (dashed), which follows the text. Both: high load. One: medium. The answer's words"
            + " are shaded by surprisal, and underlined where load is high.");
    for (List<TokenTrace> answer : answers) {
      TokenTrace first = answer.get(0);
      page.append(
          "<h3>Example %d, mode %s</h3>\n".formatted(first.example(), Html.escape(first.mode())));
      page.append(Traces.text(run.prompts().getOrDefault(first.example(), ""), answer));
      page.append(
          """
          <div class="key"><span style="color:var(--surprisal)"><i>surprisal</i></span>
          <span style="color:var(--entropy)"><i>entropy</i></span>
          <span class="dashed"><i>threshold</i></span>
          <span class="square" style="color:var(--low)"><i>low load</i></span>
          <span class="square" style="color:var(--medium)"><i>medium</i></span>
          <span class="square" style="color:var(--high)"><i>high</i></span>
          <span style="color:var(--weights)"><i>weights read</i></span>
          <span style="color:var(--neurons)"><i>neurons computed</i></span>
          """);
      if (answer.stream().anyMatch(token -> token.reanalyses() > 0)) {
        page.append("<span class=\"round\" style=\"color:var(--high)\"><i>reanalysis</i></span>\n");
      }
      page.append("</div>\n");
      picture(width -> TraceChart.of(answer, width));
    }
  }

  private void layers() {
    if (LayerChart.layers(run.modes()) > 0) {
      section(
          "Layers",
          "Neurons computed per token in each layer, in percent of all that it has. The first"
              + " token of an answer, which is always dense, does not count.");
      picture(width -> LayerChart.of(run.modes(), width));
    }
  }

  private void section(String title, String text) {
    page.append("<h2>" + title + "</h2>\n<p>" + Html.escape(text) + "</p>\n");
  }

  /** Drawn twice: scaled down to a narrow screen, the letters of a wide picture are too small. */
  private void picture(IntFunction<String> draw) {
    page.append("<div class=\"wide\">").append(draw.apply(WIDE)).append("</div>\n");
    page.append("<div class=\"narrow\">").append(draw.apply(NARROW)).append("</div>\n");
  }
}
