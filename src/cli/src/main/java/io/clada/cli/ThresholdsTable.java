package io.clada.cli;

import com.github.freva.asciitable.AsciiTable;
import io.clada.schemas.PastThresholds;
import io.clada.schemas.Thresholds;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Locale;

/** The fleet's thresholds for people. */
final class ThresholdsTable {
  private ThresholdsTable() {}

  static String inForce(Collection<Thresholds> all) {
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
        .data(
            all,
            List.of(
                Columns.left("model").with(Thresholds::getModel),
                Columns.right("version").with(row -> String.valueOf(row.getVersion())),
                Columns.right("surprisal").with(row -> number(row.getSurprisal())),
                Columns.right("entropy").with(row -> number(row.getEntropy())),
                Columns.left("").with(row -> row.getPinned() ? "pinned" : ""),
                Columns.right("tokens").with(row -> String.valueOf(row.getSamples())),
                Columns.left("computed").with(row -> time(row.getComputedAt())),
                Columns.right("keep offset").with(row -> number(row.getKeepRatioOffset())),
                Columns.left("why").with(ThresholdsTable::why)))
        .asString();
  }

  /** What can be gone back to, newest first. */
  static String history(Thresholds thresholds) {
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
        .data(
            thresholds.getHistory(),
            List.of(
                Columns.right("from version").with(row -> String.valueOf(row.getVersion())),
                Columns.right("surprisal").with(row -> number(row.getSurprisal())),
                Columns.right("entropy").with(row -> number(row.getEntropy())),
                Columns.right("quantiles s/e").with(ThresholdsTable::quantiles),
                Columns.right("tokens").with(row -> String.valueOf(row.getSamples())),
                Columns.left("computed").with(row -> time(row.getComputedAt()))))
        .asString();
  }

  private static String why(Thresholds row) {
    String why =
        row.getKeepRatioReason().isEmpty()
            ? row.getReason()
            : row.getReason() + "; offset: " + row.getKeepRatioReason();
    return why.replaceAll("\\p{Cntrl}", " "); // names an operator, who may call himself anything
  }

  private static String quantiles(PastThresholds row) {
    return String.format(
        Locale.ROOT, "%.2f / %.2f", row.getSurprisalQuantile(), row.getEntropyQuantile());
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private static String time(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
