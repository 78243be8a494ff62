package io.clada.bench;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.clada.engine.BatchEngine;
import io.clada.engine.CladaModel;
import io.clada.engine.EngineOptions;
import io.clada.schemas.Priority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Far more requests at once than a worker can answer: whether each is told its end, memory stays
 * flat, and classes and tenants get what they are configured to. Everything is in this process,
 * with the settings that are shipped. After {@code mvn package}:
 *
 * <pre>java -cp 'src/bench/target/classes:src/cli/target/lib/*' io.clada.bench.Overload</pre>
 */
@Command(
    name = "Overload",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "Post far more requests than a worker can answer.")
public final class Overload implements Callable<Integer> {
  @Option(
      names = "--model-path",
      paramLabel = "DIR",
      defaultValue = "src/models/demo-llama",
      description = "A model. Default: ${DEFAULT-VALUE}.")
  private Path model = Path.of("src/models/demo-llama");

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Posted at once. Default: ${DEFAULT-VALUE}.")
  private int count = 10_000;

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "8",
      description = "Of each answer. Default: ${DEFAULT-VALUE}.")
  private int tokens = 8;

  @Option(
      names = "--weights",
      paramLabel = "TENANT:N,...",
      defaultValue = "a:3,b:1",
      description = "Of the tenants. Default: ${DEFAULT-VALUE}.")
  private String weights = "a:3,b:1";

  private Overload() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new Overload()).execute(args));
  }

  /** A line of the table of classes. */
  private record Row(
      Priority priority, Spread begun, long whileHighest, Map<String, Long> shares) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> tenants =
        List.of(weights.split(",")).stream()
            .map(each -> each.substring(0, each.indexOf(':')))
            .toList();
    Burst burst = new Burst(count, tenants);
    List<String> memory = new ArrayList<>();
    try (BatchEngine engine = new BatchEngine(CladaModel.load(model), EngineOptions.DEFAULT);
        Stage stage = Stage.open(engine, Map.of("clada.tenant.weights", weights));
        Listener listener = stage.listen("read_committed", burst::arrived)) {
      memory.add("before " + Memory.now());
      long began = System.nanoTime();
      burst.requests().forEach(request -> stage.post(request.id(), request.post(tokens)));
      for (int quarter = 1; quarter <= 4; quarter++) {
        burst.awaitEnded((int) ((long) count * quarter / 4));
        memory.add(quarter * 25 + " % ended " + Memory.now());
      }
      tell(burst, began, memory);
    }
    return 0;
  }

  private void tell(Burst burst, long began, List<String> memory) {
    System.out.printf(
        Locale.ROOT,
        "%d requests of %d tokens at once, tenants %s%n%d terminal tokens: %s%n"
            + "the last refusal after %.1f s, the last end after %.1f s%n%s%n%n",
        count,
        tokens,
        weights,
        burst.terminals(),
        burst.finishes(),
        burst.lastRefusalSeconds(began),
        (System.nanoTime() - began) / 1e9,
        String.join("\n", memory));
    Map<Priority, Long> whileHighest = burst.begunWhileTheHighestWaited();
    List<Row> rows = new ArrayList<>();
    for (Priority priority : Priority.values()) {
      rows.add(
          new Row(
              priority,
              burst.begun(priority, began),
              whileHighest.getOrDefault(priority, 0L),
              burst.begunWhileAllWaited(priority)));
    }
    System.out.println(table(rows));
  }

  private static String table(List<Row> rows) {
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
        .data(
            rows,
            List.of(
                column("class", row -> row.priority().name()),
                column("answered", row -> String.valueOf(row.begun().sorted().length)),
                column("begun after p50", row -> seconds(row.begun().millis(0.5))),
                column("p99 s", row -> seconds(row.begun().millis(0.99))),
                column("begun while HIGH waited", row -> String.valueOf(row.whileHighest())),
                column("by tenant while both waited", row -> row.shares().toString())))
        .asString();
  }

  private static String seconds(double millis) {
    return String.format(Locale.ROOT, "%.1f", millis / 1e3);
  }

  private static ColumnData<Row> column(String header, Function<Row, String> value) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT).with(value);
  }
}
