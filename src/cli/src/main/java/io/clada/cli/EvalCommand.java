package io.clada.cli;

import io.clada.engine.CladaModel;
import io.clada.engine.Mode;
import io.clada.engine.eval.EvalFiles;
import io.clada.engine.eval.EvalOptions;
import io.clada.engine.eval.EvalRun;
import io.clada.engine.eval.Evaluator;
import io.clada.engine.eval.Example;
import io.clada.engine.eval.ExampleReader;
import io.clada.engine.eval.SummaryJson;
import io.clada.engine.eval.TokenTrace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "eval",
    description =
        "Measure what modes cost in quality and gain in speed over a data set, and write a report.",
    footer = {
      "",
      "Each prompt is continued in every mode, by 128 tokens at most and greedily unless options"
          + " say otherwise. Where an example has a continuation, it is scored token by token; where it"
          + " is only a text, its second half is. A reference gives ROUGE-L, choices with an answer"
          + " give accuracy.",
      "",
      "Examples:",
      "  clada eval --data-path stories.jsonl --compare-with-baseline",
      "  clada eval --data-path train.jsonl --prompt-field document --reference-field summary",
      "  clada eval --data-path quiz.jsonl --modes dense,griffin,clada,exact --json"
    })
final class EvalCommand implements Callable<Integer> {
  private static final int MAX_NEW_TOKENS = 128;

  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final EngineArguments engine = new EngineArguments();

  @Option(
      names = "--data-path",
      paramLabel = "JSONL",
      required = true,
      description = "Examples, a JSON object on each line.")
  private Path data = Path.of("");

  @Option(
      names = "--prompt-field",
      paramLabel = "NAME",
      description =
          "Field that holds the prompt. Default: the first of prompt, text, article, document and"
              + " question that is there.")
  private @Nullable String promptField;

  @Option(
      names = "--reference-field",
      paramLabel = "NAME",
      description =
          "Field that holds an answer to compare with. Default: reference, summary, highlights or"
              + " target, where it is there.")
  private @Nullable String referenceField;

  @Option(
      names = "--num-prompts",
      paramLabel = "N",
      defaultValue = "50",
      description = "Examples to use, from the first on. Default: ${DEFAULT-VALUE}.")
  private int prompts = 50;

  @Option(
      names = "--modes",
      paramLabel = "MODE",
      split = ",",
      description = "Modes to compare: dense, griffin, clada, exact. Default: that of --mode.")
  private List<Mode> modes = List.of();

  @Option(names = "--compare-with-baseline", description = "Evaluate mode dense as well.")
  private boolean compare;

  @Option(
      names = "--output-dir",
      paramLabel = "DIR",
      defaultValue = "results",
      description =
          "Where report.html, summary.json and tokens.csv go; files of these names are replaced."
              + " Default: ${DEFAULT-VALUE}.")
  private Path output = Path.of("results");

  @Option(names = "--json", description = "Print the summary as JSON instead of a table.")
  private boolean json;

  @Mixin private final GenerationOptions generation = new GenerationOptions();

  private final Console console;

  EvalCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (prompts < 1) {
      throw new CliException("--num-prompts: " + prompts + " must be at least 1");
    }
    try (StopSignal stop = StopSignal.install();
        ExampleReader examples = new ExampleReader(data, promptField, referenceField);
        CladaModel loaded = engine.loadForShow(model, console);
        EvalFiles files = new EvalFiles(output)) {
      Evaluator evaluator = new Evaluator(loaded, options(), System::nanoTime);
      EvalRun run = evaluate(evaluator, examples, files, stop);
      Path report = files.finish(run);
      console.out().println(json ? SummaryJson.of(run) : EvalTable.of(run));
      console.note("Report: " + report);
      return ExitCodes.OK;
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private EvalRun evaluate(
      Evaluator evaluator, ExampleReader examples, EvalFiles files, StopSignal stop) {
    try (ProgressLine line = ProgressLine.of(console, "Evaluating")) {
      return evaluator.run(examples, new Progress(files, line), stop::isRaised);
    }
  }

  private EvalOptions options() {
    if (generation.maxNewTokens == null) {
      generation.maxNewTokens = MAX_NEW_TOKENS;
    }
    if (generation.doSample == null && generation.temperature == null) {
      generation.doSample = false;
    }
    List<Mode> chosen =
        new ArrayList<>(modes.isEmpty() ? List.of(generation.effectiveMode()) : modes);
    if (compare && !chosen.contains(Mode.DENSE)) {
      chosen.add(0, Mode.DENSE);
    }
    Map<String, String> settings = new LinkedHashMap<>(engine.settings());
    settings.put("max_new_tokens", String.valueOf(generation.maxNewTokens));
    settings.put("decoding", generation.isGreedy() ? "greedy" : "sampled");
    return new EvalOptions(
        String.valueOf(data.getFileName()),
        chosen.stream().distinct().toList(),
        prompts,
        generation.spec("eval", ""),
        settings);
  }

  private CliException unwritable(IOException e) {
    return new CliException("--output-dir: " + output + " can't be written: " + e.getMessage(), e);
  }

  /** Writes tokens as they come, and shows how far it is. */
  private final class Progress implements Evaluator.Listener {
    private final EvalFiles files;
    private final ProgressLine line;
    private int done;

    Progress(EvalFiles files, ProgressLine line) {
      this.files = files;
      this.line = line;
      line.at(0, prompts);
    }

    @Override
    public void token(TokenTrace token) {
      try {
        files.token(token);
      } catch (IOException e) {
        throw unwritable(e);
      }
    }

    @Override
    public void example() {
      line.at(++done, prompts);
    }

    @Override
    public void skipped(Example example, String reason) {
      console.note("clada: passed over: " + data + ", " + reason);
    }
  }
}
