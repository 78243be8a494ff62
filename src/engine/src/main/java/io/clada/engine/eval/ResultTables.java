package io.clada.engine.eval;

import io.clada.engine.eval.ModeResult.Sparsity;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The figures of a run: everything measured, and the paper's table of what is gained and kept. */
final class ResultTables {
  private static final String NOTHING = "–";

  /** A column that is left out where no mode has anything in it. */
  private record Column(String title, Function<ModeResult, @Nullable String> cell) {}

  private static final List<Column> COLUMNS =
      List.of(
          new Column("tokens/s", mode -> format("%.1f", mode.speed().tokensPerSecond())),
          new Column(
              "first token, ms",
              mode -> format("%.0f", mode.speed().timeToFirstTokenSeconds() * 1e3)),
          new Column("neurons", mode -> format("%.2f", mode.sparsity().activeNeuronRatio())),
          new Column("weights read", mode -> format("%.2f", mode.sparsity().weightsReadRatio())),
          new Column("perplexity", mode -> format("%.2f", mode.quality().perplexity())),
          new Column("agrees with dense", mode -> share(mode.quality().agreement())),
          new Column("accuracy", mode -> share(mode.quality().accuracy())),
          new Column("ROUGE-L", mode -> format("%.3f", mode.quality().rougeL())),
          new Column("ROUGE-L to dense", mode -> format("%.3f", mode.quality().rougeLToDense())),
          new Column("reanalyses", mode -> count(mode.sparsity().reanalyses())),
          new Column("drafts accepted", mode -> drafts(mode.sparsity())));

  private ResultTables() {}

  static String of(EvalRun run) {
    if (run.modes().isEmpty()) {
      return "";
    }
    return measured(run) + run.baseline().map(dense -> againstDense(run, dense)).orElse("");
  }

  private static String measured(EvalRun run) {
    List<Column> columns =
        COLUMNS.stream()
            .filter(
                column -> run.modes().stream().anyMatch(mode -> column.cell().apply(mode) != null))
            .toList();
    StringBuilder html = new StringBuilder("<h2>Measured</h2>\n<p>" + notes(run) + "</p>\n");
    html.append("<div class=\"scroll\"><table>\n<tr><th>mode</th>");
    columns.forEach(column -> html.append("<th>" + column.title() + "</th>"));
    html.append("</tr>\n");
    for (ModeResult mode : run.modes()) {
      html.append("<tr><td>" + Html.escape(mode.mode()) + "</td>");
      columns.forEach(
          column ->
              html.append(
                  "<td>"
                      + Objects.requireNonNullElse(column.cell().apply(mode), NOTHING)
                      + "</td>"));
      html.append("</tr>\n");
    }
    return html.append("</table></div>\n").toString();
  }

  private static String notes(EvalRun run) {
    long tokens = run.modes().stream().mapToLong(mode -> mode.speed().tokens()).max().orElse(0);
    long scored =
        run.modes().stream().mapToLong(mode -> mode.quality().scoredTokens()).max().orElse(0);
    return "Up to %,d tokens generated per mode; time to first token is the median."
            .formatted(tokens)
        + (scored == 0 ? "" : " Perplexity is over %,d given tokens.".formatted(scored))
        + " Shares stand with their 95 % intervals.";
  }

  private static String againstDense(EvalRun run, ModeResult dense) {
    List<ModeResult> others =
        run.modes().stream().filter(mode -> !mode.mode().equals(dense.mode())).toList();
    if (others.isEmpty()) {
      return "";
    }
    String measures =
        others.stream()
            .map(mode -> Comparison.of(mode, dense).measure())
            .filter(Objects::nonNull)
            .distinct()
            .collect(Collectors.joining(", "));
    StringBuilder html = new StringBuilder("<h2>Against dense</h2>\n");
    if (!measures.isEmpty()) {
      html.append("<p>Retention is of " + measures + ".</p>\n");
    }
    html.append("<div class=\"scroll paper\"><table>\n<tr><th>Model</th><th>Mode</th>")
        .append("<th>Speedup</th><th>Accuracy Retention</th></tr>\n");
    for (ModeResult mode : others) {
      Comparison comparison = Comparison.of(mode, dense);
      html.append("<tr><td>" + Html.escape(run.model()) + "</td>")
          .append("<td>" + Html.escape(mode.mode()) + "</td>")
          .append("<td>" + percent(comparison.speedup()) + "</td>")
          .append("<td>" + percent(comparison.retention()) + "</td></tr>\n");
    }
    return html.append("</table></div>\n").toString();
  }

  private static String percent(@Nullable Double share) {
    return share == null ? NOTHING : String.format(Locale.ROOT, "%.1f%%", share * 100);
  }

  private static @Nullable String format(String format, @Nullable Double value) {
    return value == null ? null : String.format(Locale.ROOT, format, value);
  }

  private static @Nullable String share(@Nullable Proportion proportion) {
    return proportion == null
        ? null
        : String.format(
            Locale.ROOT,
            "%.3f <small>%.3f–%.3f</small>",
            proportion.share(),
            proportion.low(),
            proportion.high());
  }

  private static @Nullable String count(long count) {
    return count == 0 ? null : String.valueOf(count);
  }

  private static @Nullable String drafts(Sparsity sparsity) {
    return sparsity.drafted() == 0
        ? null
        : String.format(
            Locale.ROOT,
            "%d of %d <small>%.0f %%</small>",
            sparsity.accepted(),
            sparsity.drafted(),
            100.0 * sparsity.accepted() / sparsity.drafted());
  }
}
