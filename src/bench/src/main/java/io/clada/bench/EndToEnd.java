package io.clada.bench;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import io.clada.engine.BatchEngine;
import io.clada.engine.CladaModel;
import io.clada.engine.EngineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * What Kafka costs: the engine alone and the same requests through producer, broker, worker and
 * consumer, in turns, with the settings that are shipped and everything in this process. After
 * {@code mvn package}:
 *
 * <pre>java -cp 'src/bench/target/classes:src/cli/target/lib/*' io.clada.bench.EndToEnd</pre>
 */
@Command(
    name = "EndToEnd",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "Measure what Kafka costs, in speed and in time per token.")
public final class EndToEnd implements Callable<Integer> {
  /** Rounds of a small model after which Kafka's code, broker and clients, is compiled. */
  private static final int WARM_UPS = 10;

  private static final int WARM_UP_REQUESTS = 32;
  private static final int WARM_UP_TOKENS = 200;

  @Option(
      names = "--model-path",
      paramLabel = "DIR",
      defaultValue = "src/models/demo-llama",
      description = "A model. Default: ${DEFAULT-VALUE}.")
  private Path model = Path.of("src/models/demo-llama");

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      description = "Random weights of this shape instead: demo, tinyllama-1.1b, llama-2-7b ...")
  private @Nullable String shape;

  @Option(names = "--layers", paramLabel = "N", description = "Of --shape, fewer than it has.")
  private @Nullable Integer layers;

  @Option(
      names = "--concurrent",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,8,32",
      description = "Requests at once. Default: ${DEFAULT-VALUE}.")
  private List<Integer> concurrent = List.of(1, 8, 32);

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "200",
      description = "Of each answer. Default: ${DEFAULT-VALUE}.")
  private int tokens = 200;

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "5",
      description = "How often each is timed. Default: ${DEFAULT-VALUE}.")
  private int turns = 5;

  private EndToEnd() {}

  public static void main(String[] args) {
    System.exit(new CommandLine(new EndToEnd()).execute(args));
  }

  /** What was measured at one number of requests at once. */
  private record Row(
      int requests,
      Turns.Times alone,
      Turns.Times committed,
      Turns.Times uncommitted,
      Spread committedDelays,
      Spread uncommittedDelays) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    RandomModel random = shape == null ? null : RandomModel.SHAPES.get(shape);
    if (shape != null && random == null) {
      throw new IllegalArgumentException(
          "--shape " + shape + " is not known; known: " + RandomModel.SHAPES.keySet());
    }
    warmUp();
    if (random == null) {
      measure(model);
      return 0;
    }
    try (TemporaryModel written =
        TemporaryModel.of(
            layers == null ? random : random.withLayers(layers), model.resolve("tokenizer.json"))) {
      measure(written.directory());
    }
    return 0;
  }

  /** A large model takes minutes for as many tokens. */
  private void warmUp() throws IOException, InterruptedException {
    try (BatchEngine engine = new BatchEngine(CladaModel.load(model), EngineOptions.DEFAULT)) {
      Delivery delivery = new Delivery(engine, WARM_UP_TOKENS);
      try (Stage stage = Stage.open(delivery.watched(), Map.of())) {
        for (int i = 0; i < WARM_UPS; i++) {
          delivery.throughKafka(stage, WARM_UP_REQUESTS, "read_committed", null);
        }
      }
    }
  }

  private void measure(Path directory) throws IOException, InterruptedException {
    List<Row> rows = new ArrayList<>();
    try (BatchEngine engine = new BatchEngine(CladaModel.load(directory), EngineOptions.DEFAULT)) {
      Delivery delivery = new Delivery(engine, tokens);
      try (Stage stage = Stage.open(delivery.watched(), Map.of())) {
        for (int requests : concurrent) {
          rows.add(measure(delivery, stage, requests));
        }
      }
    }
    System.out.println(table(rows));
  }

  private Row measure(Delivery delivery, Stage stage, int requests) {
    Delivery.Delays slow = new Delivery.Delays();
    Delivery.Delays fast = new Delivery.Delays();
    Turns works = new Turns();
    Turns.Times alone = works.add(() -> delivery.alone(requests));
    Turns.Times committed =
        works.add(() -> delivery.throughKafka(stage, requests, "read_committed", slow));
    Turns.Times uncommitted =
        works.add(() -> delivery.throughKafka(stage, requests, "read_uncommitted", fast));
    works.run(turns);
    return new Row(requests, alone, committed, uncommitted, slow.spread(), fast.spread());
  }

  private static String table(List<Row> rows) {
    return AsciiTable.builder()
        .border(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS_NO_OUTSIDE_BORDER)
        .data(
            rows,
            List.of(
                column("requests", row -> String.valueOf(row.requests())),
                column("engine tokens/s", row -> number(1 / row.alone().median(), 1)),
                column("committed tokens/s", row -> number(1 / row.committed().median(), 1)),
                column("of engine", row -> number(1 / row.committed().over(row.alone()), 3)),
                column("uncommitted tokens/s", row -> number(1 / row.uncommitted().median(), 1)),
                column("of engine", row -> number(1 / row.uncommitted().over(row.alone()), 3)),
                column("committed p50 ms", row -> number(row.committedDelays().millis(0.5), 1)),
                column("p99 ms", row -> number(row.committedDelays().millis(0.99), 1)),
                column("uncommitted p50 ms", row -> number(row.uncommittedDelays().millis(0.5), 1)),
                column("p99 ms", row -> number(row.uncommittedDelays().millis(0.99), 1))))
        .asString();
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private static ColumnData<Row> column(String header, Function<Row, String> value) {
    return new Column().header(header).dataAlign(HorizontalAlign.RIGHT).with(value);
  }
}
