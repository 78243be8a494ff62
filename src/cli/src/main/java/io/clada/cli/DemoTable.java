package io.clada.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import io.clada.engine.Mode;
import io.clada.schemas.LoadTelemetry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the demo's answers took, one row each and one for all of a mode. */
final class DemoTable {
  private static final int PROMPT_WIDTH = 24;

  /** One line of the table. */
  private record Row(String prompt, Mode mode, Tally tally, double firstToken, String thresholds) {}

  private final List<DemoRun> runs;

  DemoTable(List<DemoRun> runs) {
    this.runs = List.copyOf(runs);
  }

  /** For people. */
  String text() {
    String table =
        AsciiTable.builder()
            .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
            .data(
                rows(),
                List.of(
                    Columns.left("prompt").with(row -> shorten(row.prompt())),
                    Columns.left("mode").with(row -> row.mode().name().toLowerCase(Locale.ROOT)),
                    Columns.right("tokens").with(row -> String.valueOf(row.tally().tokens())),
                    Columns.right("tokens/s")
                        .with(row -> number("%.1f", row.tally().tokensPerSecond())),
                    Columns.right("first token")
                        .with(row -> number("%.0f ms", row.firstToken() * 1000)),
                    Columns.right("weights read")
                        .with(row -> number("%.2f", row.tally().weightsRead())),
                    Columns.right("neurons").with(row -> number("%.2f", row.tally().neurons())),
                    Columns.right("load l/m/h %").with(row -> row.tally().loadMix()),
                    Columns.left("thresholds s/e (version)").with(Row::thresholds)))
            .asString();
    return System.lineSeparator()
        + table
        + System.lineSeparator()
        + "Weights read and neurons computed: shares of what dense reads and computes (1.00). Load:"
        + " low, medium, high."
        + System.lineSeparator()
        + "Thresholds: surprisal and entropy, normalised, above which load rises; version 0 is the"
        + " built-in start.";
  }

  /** For programs: one object, on one line. */
  String json() {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode summary = mapper.createArrayNode();
    for (DemoRun run : runs) {
      Tally tally = Tally.of(List.of(run.answer()));
      ObjectNode node =
          summary
              .addObject()
              .put("prompt", run.prompt())
              .put("mode", run.mode().name())
              .put("text", run.answer().text())
              .put("tokens", tally.tokens())
              .put("tokens_per_second", tally.tokensPerSecond())
              .put("first_token_seconds", run.firstTokenSeconds())
              .put("weights_read_ratio", tally.weightsRead())
              .put("active_neuron_ratio", tally.neurons());
      ObjectNode loads = node.putObject("load_tokens");
      tally.loads().forEach((load, tokens) -> loads.put(load.name(), tokens));
      LoadTelemetry last = run.lastLoad();
      if (last != null) {
        node.put("surprisal_threshold", last.getSurprisalThreshold())
            .put("entropy_threshold", last.getEntropyThreshold())
            .put("thresholds_version", last.getThresholdsVersion());
      }
    }
    return mapper.createObjectNode().set("summary", summary).toString();
  }

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    Map<Mode, List<DemoRun>> byMode = new LinkedHashMap<>();
    for (DemoRun run : runs) {
      byMode.computeIfAbsent(run.mode(), mode -> new ArrayList<>()).add(run);
      rows.add(
          new Row(
              run.prompt(),
              run.mode(),
              Tally.of(List.of(run.answer())),
              run.firstTokenSeconds(),
              thresholds(run)));
    }
    byMode.forEach(
        (mode, all) ->
            rows.add(
                new Row(
                    "all",
                    mode,
                    Tally.of(all.stream().map(DemoRun::answer).toList()),
                    all.stream().mapToDouble(DemoRun::firstTokenSeconds).average().orElse(0),
                    "")));
    return rows;
  }

  private static String thresholds(DemoRun run) {
    LoadTelemetry last = run.lastLoad();
    return last == null
        ? "-"
        : String.format(
            Locale.ROOT,
            "%.3f / %.3f (%d)",
            last.getSurprisalThreshold(),
            last.getEntropyThreshold(),
            last.getThresholdsVersion());
  }

  private static String shorten(String prompt) {
    return prompt.length() <= PROMPT_WIDTH
        ? prompt
        : prompt.substring(0, PROMPT_WIDTH - 3).stripTrailing() + "...";
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
