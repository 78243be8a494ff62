package io.clada.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.freva.asciitable.AsciiTable;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** How all models fare. */
final class TopTable {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

  private TopTable() {}

  /** For people. */
  static String text(FleetStatus fleet) {
    StringBuilder text = new StringBuilder("clada top, ").append(TIME.format(fleet.now()));
    if (fleet.models().isEmpty()) {
      text.append("\n\nNo model yet: they come with the first traffic.");
    } else {
      text.append(", the last minute\n\n").append(table(fleet.models()));
    }
    if (fleet.held() < fleet.partitions()) {
      text.append(
          "\n\nOf %d partitions only %d: give the --url of every instance."
              .formatted(fleet.partitions(), fleet.held()));
    }
    fleet.silent().forEach(reason -> text.append("\n\n").append(reason));
    return text.toString();
  }

  private static String table(List<ModelStatus> models) {
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
        .data(
            models,
            List.of(
                Columns.left("model").with(ModelStatus::model),
                Columns.right("tokens/s").with(row -> number("%.1f", row.tokensPerSecond())),
                Columns.right("ended/min").with(row -> number("%.0f", row.requestsPerMinute())),
                Columns.right("a stream's")
                    .with(row -> number("%.1f", row.streamTokensPerSecond())),
                Columns.right("weights read").with(row -> number("%.2f", row.weightsRead())),
                Columns.right("neurons").with(row -> number("%.2f", row.neurons())),
                Columns.right("load l/m/h %").with(ModelStatus::loadMix),
                Columns.left("thresholds s/e (version)").with(ModelStatus::thresholdsText),
                Columns.right("keep +").with(row -> number("%.2f", row.keepRatioOffset())),
                Columns.right("queued").with(row -> number("%.1f", row.queued())),
                Columns.right("running").with(row -> number("%.1f", row.running()))))
        .asString();
  }

  /** For programs: one object, on one line. */
  static String json(FleetStatus fleet) {
    ObjectNode json =
        new ObjectMapper()
            .createObjectNode()
            .put("now", fleet.now().toString())
            .put("complete", fleet.held() == fleet.partitions());
    json.putArray("models");
    fleet.models().forEach(model -> model.writeTo(json.withArray("/models").addObject()));
    return json.toString();
  }

  private static String number(String format, double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }
}
