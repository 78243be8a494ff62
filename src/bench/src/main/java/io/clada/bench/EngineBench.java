package io.clada.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The engine on random weights of a model's shape: every figure beside what the computer cannot go
 * below, measured in the same run. After {@code mvn package}:
 *
 * <pre>java -cp 'src/bench/target/classes:src/cli/target/lib/*' io.clada.bench.EngineBench</pre>
 */
@Command(
    name = "EngineBench",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    description = "Measure the engine on random weights of a model's shape.")
public final class EngineBench implements Callable<Integer> {
  /** What can be measured by itself. */
  enum Section {
    /** What a step costs before any weight is read. */
    FIXED,
    /** Steps of the decoder. */
    STEP,
    /** The engine, in batches. */
    BATCH,
    /** Memory. */
    MEMORY
  }

  @Option(
      names = "--shape",
      paramLabel = "NAME",
      defaultValue = "tinyllama-1.1b",
      description = "demo, tinyllama-1.1b, llama-2-7b or llama-3-8b. Default: ${DEFAULT-VALUE}.")
  private String shape = "tinyllama-1.1b";

  @Option(names = "--layers", paramLabel = "N", description = "Fewer than the shape has.")
  private @Nullable Integer layers;

  @Option(
      names = "--turns",
      paramLabel = "N",
      defaultValue = "7",
      description = "How often each is timed. Default: ${DEFAULT-VALUE}.")
  private int turns = 7;

  @Option(
      names = "--sections",
      split = ",",
      paramLabel = "NAME",
      description = "Only these of ${COMPLETION-CANDIDATES}; batch needs step. Default: all.")
  private Set<Section> sections = EnumSet.allOf(Section.class);

  @Option(
      names = "--tokenizer",
      paramLabel = "FILE",
      defaultValue = "src/models/demo-llama/tokenizer.json",
      description = "Of the random model. Default: ${DEFAULT-VALUE}.")
  private Path tokenizer = Path.of("src/models/demo-llama/tokenizer.json");

  @Option(
      names = "--write",
      paramLabel = "DIR",
      description = "Write the random model to a new directory, and measure nothing.")
  private @Nullable Path write;

  @Option(names = "--json", description = "Print JSON instead of tables.")
  private boolean json;

  private EngineBench() {}

  public static void main(String[] args) {
    System.exit(
        new CommandLine(new EngineBench()).setCaseInsensitiveEnumValuesAllowed(true).execute(args));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    RandomModel model = model();
    if (write != null) {
      model.write(Files.createDirectories(write), tokenizer);
      return 0;
    }
    Report report = new Report();
    report.say("model", shape + ", " + model + ", " + model.weights() + " weights, random");
    report.say("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
    report.sayLoad("before");
    if (sections.contains(Section.FIXED)) {
      new FixedBench(report, turns).run(tokenizer);
    }
    try (TemporaryModel written = TemporaryModel.of(model, tokenizer)) {
      measure(written.directory(), report);
    }
    report.sayLoad("after");
    System.out.println(json ? report.json() : report.text());
    return 0;
  }

  private void measure(Path directory, Report report) throws IOException, InterruptedException {
    if (sections.contains(Section.STEP)) {
      new StepBench(report, turns).run(directory);
    }
    if (sections.contains(Section.BATCH)) {
      new BatchBench(report, turns).run(directory);
    }
    if (sections.contains(Section.MEMORY)) {
      new MemoryBench(report).run(directory);
    }
  }

  private RandomModel model() {
    RandomModel known = RandomModel.SHAPES.get(shape);
    if (known == null) {
      throw new IllegalArgumentException(
          "--shape " + shape + " is not known; known: " + RandomModel.SHAPES.keySet());
    }
    return layers == null ? known : known.withLayers(layers);
  }
}
