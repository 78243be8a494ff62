package io.clada.cli;

import io.clada.engine.CladaModel;
import io.clada.engine.LoadProgress;
import io.clada.engine.ModelOptions;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Option;

/** How a model is run, the same for every command that loads one. */
final class EngineArguments {
  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda:N",
      defaultValue = "auto",
      description = "Where the model runs. Default: the first GPU, else the CPU.")
  private String device = "auto";

  @Option(
      names = "--precision",
      paramLabel = "auto|float32|float16|bfloat16",
      defaultValue = "auto",
      description = "How weights are held. Default: float32 on a CPU, bfloat16 on a GPU.")
  private String precision = "auto";

  @Option(
      names = "--low-memory-mode",
      description = "Hold weights in eight bits, on the CPU: a quarter of the memory.")
  private boolean lowMemoryMode;

  @Option(
      names = "--sparse-always",
      description =
          "Leave out what may be left out even where this computer is no faster for it, to see what"
              + " it does to the text.")
  private boolean sparseAlways;

  /** Loads the model, with a progress bar on a terminal. */
  CladaModel load(ModelOption model, Console console) {
    return load(model, console, sparseAlways);
  }

  /**
   * As above; the bundled model, which is too small to be any faster for it, shows what is left out
   * all the same.
   */
  CladaModel loadForShow(ModelOption model, Console console) {
    return load(model, console, sparseAlways || model.isBundled());
  }

  /** What was asked for, by name, to be told with what was measured. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("device", device);
    settings.put("precision", lowMemoryMode ? "int8" : precision);
    return settings;
  }

  /** How to load a model, for what does so itself and shows its own progress. */
  ModelOptions quietly() {
    return new ModelOptions(device, precision, lowMemoryMode, false, LoadProgress.NONE);
  }

  private CladaModel load(ModelOption model, Console console, boolean sparse) {
    if (lowMemoryMode && !precision.equals("auto")) {
      throw new CliException(
          "--low-memory-mode holds weights in eight bits: leave --precision " + precision + " out");
    }
    try (ProgressLine line = ProgressLine.of(console, "Loading weights")) {
      return CladaModel.load(
          model.path(), new ModelOptions(device, precision, lowMemoryMode, sparse, line::at));
    }
  }
}
