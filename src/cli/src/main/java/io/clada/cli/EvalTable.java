package io.clada.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.clada.engine.eval.Comparison;
import io.clada.engine.eval.EvalRun;
import io.clada.engine.eval.ModeResult;
import io.clada.engine.eval.Proportion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An evaluation for people: one row for each mode. What no mode has is left out. */
final class EvalTable {
  private static final String NOTHING = "-";

  private EvalTable() {}

  static String of(EvalRun run) {
    List<ColumnData<ModeResult>> columns = new ArrayList<>();
    columns.add(new Column().header("mode").dataAlign(HorizontalAlign.LEFT).with(ModeResult::mode));
    add(columns, run, "tokens/s", mode -> number("%.1f", mode.speed().tokensPerSecond()));
    add(
        columns,
        run,
        "first token",
        mode -> number("%.0f ms", mode.speed().timeToFirstTokenSeconds() * 1000));
    add(columns, run, "weights read", mode -> number("%.2f", mode.sparsity().weightsReadRatio()));
    add(columns, run, "neurons", mode -> number("%.2f", mode.sparsity().activeNeuronRatio()));
    add(columns, run, "perplexity", mode -> number("%.2f", mode.quality().perplexity()));
    add(columns, run, "as dense", mode -> share(mode.quality().agreement()));
    add(columns, run, "accuracy", mode -> share(mode.quality().accuracy()));
    add(columns, run, "ROUGE-L", mode -> number("%.3f", mode.quality().rougeL()));
    add(columns, run, "ROUGE-L to dense", mode -> number("%.3f", mode.quality().rougeLToDense()));
    run.baseline()
        .ifPresent(
            dense -> {
              Function<ModeResult, Comparison> against = mode -> Comparison.of(mode, dense);
              add(columns, run, "speedup", mode -> percent(against.apply(mode).speedup()));
              add(columns, run, "retention", mode -> percent(against.apply(mode).retention()));
            });
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
        .data(run.modes(), columns)
        .asString();
  }

  private static void add(
      List<ColumnData<ModeResult>> columns,
      EvalRun run,
      String title,
      Function<ModeResult, @Nullable String> cell) {
    if (run.modes().stream().anyMatch(mode -> cell.apply(mode) != null)) {
      columns.add(
          new Column()
              .header(title)
              .dataAlign(HorizontalAlign.RIGHT)
              .with(
                  mode -> {
                    String text = cell.apply(mode);
                    return text == null ? NOTHING : text;
                  }));
    }
  }

  private static @Nullable String number(String format, @Nullable Double value) {
    return value == null ? null : String.format(Locale.ROOT, format, value);
  }

  private static @Nullable String percent(@Nullable Double share) {
    return share == null ? null : number("%.1f%%", share * 100);
  }

  private static @Nullable String share(@Nullable Proportion proportion) {
    return proportion == null ? null : number("%.3f", proportion.share());
  }
}
