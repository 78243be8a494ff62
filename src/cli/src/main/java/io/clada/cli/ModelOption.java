package io.clada.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which model to run. */
final class ModelOption {
  @Option(
      names = "--model-path",
      paramLabel = "DIR",
      description =
          "Hugging Face model directory: config.json, tokenizer.json, *.safetensors. Default: the"
              + " demo model that comes with CLADA.")
  @Nullable Path modelPath;

  static ModelOption of(Path path) {
    ModelOption option = new ModelOption();
    option.modelPath = path;
    return option;
  }

  /** Whether it is the demo model. */
  boolean isBundled() {
    return modelPath == null;
  }

  /** The directory given, else the demo model under the system property {@code clada.home}. */
  Path path() {
    if (modelPath != null) {
      return modelPath;
    }
    String home = System.getProperty("clada.home");
    if (home == null) {
      throw new CliException("no model given: name a model directory with --model-path");
    }
    return Path.of(home, "src", "models", "demo-llama").normalize();
  }
}
