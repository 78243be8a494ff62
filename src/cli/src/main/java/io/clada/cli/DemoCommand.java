package io.clada.cli;

import io.clada.engine.BatchEngine;
import io.clada.engine.EngineOptions;
import io.clada.engine.Mode;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "demo",
    description = "Run the whole system in one process on a few prompts, and sum up.",
    footer = {
      "",
      "Examples:",
      "  clada demo",
      "  clada demo --prompt \"the little dog\" --max-new-tokens 120 --compare-with-baseline",
    })
final class DemoCommand implements Callable<Integer> {
  private static final List<String> PROMPTS =
      List.of(
          "once upon a time there was a little rocket",
          "one day a girl named lily found a big red ball",
          "tom and his dog went to the park. they saw");

  private static final int PARTITIONS = 2;
  private static final int MAX_NEW_TOKENS = 80;

  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final EngineArguments engine = new EngineArguments();
  @Mixin private final BatchArguments batch = new BatchArguments();

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "Text to continue, instead of the three built in; may be given several times.")
  private List<String> prompts = PROMPTS;

  @Option(names = "--compare-with-baseline", description = "Run each prompt in mode dense as well.")
  private boolean compare;

  @Mixin private final GenerationOptions generation = new GenerationOptions();
  @Mixin private final OutputOptions output = new OutputOptions();

  private final Console console;

  DemoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (generation.maxNewTokens == null) {
      generation.maxNewTokens = MAX_NEW_TOKENS;
    }
    generation.seed = generation.seedOrDefault();
    EngineOptions size = batch.options();
    long begin = System.nanoTime();
    console.note("Starting Kafka, schema registry, topology and worker in one process ...");
    try (StopSignal stop = StopSignal.install();
        LocalSystem system =
            LocalSystem.start(
                LocalSystem.Options.ephemeral(
                    PARTITIONS, () -> new BatchEngine(engine.loadForShow(model, console), size)))) {
      console.note(
          String.format(
              Locale.ROOT,
              "Ready after %.1f s: Kafka on %s, model %s, mode %s",
              (System.nanoTime() - begin) / 1e9,
              system.bootstrapServers(),
              system.modelName(),
              generation.effectiveMode().name().toLowerCase(Locale.ROOT)));
      sumUp(run(system, stop));
    } catch (CancellationException e) {
      return ExitCodes.INTERRUPTED;
    }
    return ExitCodes.OK;
  }

  private List<DemoRun> run(LocalSystem system, StopSignal stop) throws InterruptedException {
    String legend = output.shading(console).legend();
    if (!output.json && !legend.isEmpty()) {
      console.out().println(legend);
    }
    Mode mode = generation.effectiveMode();
    List<Mode> modes = compare && mode != Mode.DENSE ? List.of(mode, Mode.DENSE) : List.of(mode);
    return new DemoRunner(system, generation, output.printer(console), console)
        .run(prompts, modes, stop);
  }

  private void sumUp(List<DemoRun> runs) {
    DemoTable table = new DemoTable(runs);
    console.out().println(output.json ? table.json() : table.text());
    console.out().flush();
    for (DemoRun run : runs) {
      String failure = run.answer().failure();
      if (failure != null) {
        throw new CliException(failure);
      }
    }
  }
}
