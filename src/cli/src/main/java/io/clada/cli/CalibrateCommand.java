package io.clada.cli;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import io.clada.engine.calibrate.Calibration;
import io.clada.engine.calibrate.CalibrationPoint;
import io.clada.engine.calibrate.CalibrationResult;
import io.clada.engine.calibrate.CalibrationSettings;
import io.clada.engine.calibrate.CalibrationWatcher;
import io.clada.engine.eval.Example;
import io.clada.engine.eval.ExampleReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Finds a model's profile: what mode {@code clada} may leave out within a bound on perplexity. */
@Command(
    name = "calibrate",
    description = {
      "Find what mode clada may leave out of a model within a bound on perplexity, and write its"
          + " profile.",
      "",
      "Examples:",
      "  clada calibrate --model-path DIR --data-path texts.jsonl --held-out others.jsonl",
      "  clada calibrate --data-path texts.jsonl --bound 0.02 --output profiles"
    })
final class CalibrateCommand implements Callable<Integer> {
  @Mixin private final ModelOption model = new ModelOption();
  @Mixin private final EngineArguments engine = new EngineArguments();

  @Option(
      names = "--data-path",
      paramLabel = "JSONL",
      required = true,
      description = "Texts like those to come, a JSON object on each line, as for eval.")
  private Path data = Path.of("");

  @Option(
      names = "--held-out",
      paramLabel = "JSONL",
      description = "Other texts of the same kind: what was found is measured on them as well.")
  private @Nullable Path heldOut;

  @Option(
      names = "--prompt-field",
      paramLabel = "NAME",
      description = "Field that holds the prompt. Default: as for eval.")
  private @Nullable String promptField;

  @Option(
      names = "--bound",
      paramLabel = "SHARE",
      defaultValue = "0.01",
      description = "Most that perplexity may rise over dense. Default: ${DEFAULT-VALUE}.")
  private double bound = 0.01;

  @Option(
      names = "--num-prompts",
      paramLabel = "N",
      defaultValue = "96",
      description = "Most texts to use. Default: ${DEFAULT-VALUE}.")
  private int prompts = 96;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "N",
      defaultValue = "128",
      description = "Most tokens of each text that are scored. Default: ${DEFAULT-VALUE}.")
  private int maxNewTokens = 128;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description = "Picks the texts and resamples: the same seed finds the same profile.")
  private long seed = 42;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where clada-profile.json goes. Default: beside the model, to take effect.")
  private @Nullable Path output;

  private final Console console;

  CalibrateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path directory = output == null ? model.path() : output;
    try (StopSignal stop = StopSignal.install();
        ProgressLine line = ProgressLine.of(console, "Calibrating")) {
      prepare(directory);
      CalibrationResult result =
          Calibration.run(
              model.path(),
              engine.quietly(),
              new CalibrationSettings(bound, prompts, maxNewTokens, seed),
              examples(data),
              heldOut == null ? List.of() : examples(heldOut),
              watcher(stop, line));
      result.write(directory);
      line.close();
      console.out().println(table(result));
      console.out().println(verdict(result));
      console.note("Profile: " + directory.resolve("clada-profile.json"));
      return ExitCodes.OK;
    } catch (CancellationException e) {
      throw new CliException("stopped; nothing was written", e);
    } catch (IllegalArgumentException e) {
      throw new CliException(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new CliException("--output: " + directory + " can't be written: " + e.getMessage(), e);
    }
  }

  /** What takes minutes to find is not to fail to be written. */
  private static void prepare(Path directory) throws IOException {
    Files.createDirectories(directory);
    if (!Files.isWritable(directory)) {
      throw new AccessDeniedException(directory.toString());
    }
  }

  private List<Example> examples(Path file) {
    List<Example> examples = new ArrayList<>();
    try (ExampleReader reader = new ExampleReader(file, promptField, null)) {
      reader.forEachRemaining(examples::add);
    }
    return examples;
  }

  private static CalibrationWatcher watcher(StopSignal stop, ProgressLine line) {
    return new CalibrationWatcher() {
      @Override
      public void stage(String name) {
        // the bar tells how far it is
      }

      @Override
      public void at(long done, long all) {
        line.at(Math.min(done, all), all);
      }

      @Override
      public boolean stopped() {
        return stop.isRaised();
      }
    };
  }

  private static String table(CalibrationResult result) {
    return AsciiTable.getTable(
        AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS,
        result.points(),
        List.of(
            new Column().header("").with(point -> point.chosen() ? "chosen" : ""),
            new Column().header("weights read").with(CalibrateCommand::read),
            new Column().header("neurons").with(CalibrateCommand::neurons),
            new Column().header("perplexity").with(CalibrateCommand::perplexity),
            new Column().header("rise").with(point -> percent(point.calibration().rise())),
            new Column().header("held out").with(point -> others(point.heldOut())),
            new Column().header("griffin held out").with(point -> others(point.griffin()))));
  }

  private static String read(CalibrationPoint point) {
    return format("%.3f", point.calibration().weightsReadRatio());
  }

  private static String neurons(CalibrationPoint point) {
    return format("%.3f", point.calibration().activeNeuronRatio());
  }

  private static String perplexity(CalibrationPoint point) {
    return format("%.3f", point.calibration().perplexity());
  }

  private static String others(CalibrationPoint.@Nullable Measured measured) {
    return measured == null ? "" : percent(measured.rise());
  }

  private static String percent(double share) {
    return format("%+.2f %%", 100 * share);
  }

  private static String verdict(CalibrationResult result) {
    double dropped = 1 - result.chosen().calibration().activeNeuronRatio();
    return format(
        "%.0f %% of the neurons are dropped within the bound: the mark of 40 %% is %s.",
        100 * dropped, result.markReached() ? "reached" : "not reached");
  }

  private static String format(String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values);
  }
}
