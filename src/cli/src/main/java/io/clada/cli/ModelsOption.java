package io.clada.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** Which models to serve. */
final class ModelsOption {
  @Option(
      names = "--model-path",
      paramLabel = "DIR",
      description =
          "Hugging Face model directory: config.json, tokenizer.json, *.safetensors; may be given"
              + " several times, and requests then name the model, which is the directory's name, or"
              + " get the first. Every worker of one application.id must serve the same models."
              + " Default: the demo model that comes with CLADA.")
  private List<Path> modelPaths = List.of();

  /** At least one. */
  List<ModelOption> models() {
    if (modelPaths.isEmpty()) {
      return List.of(new ModelOption());
    }
    return modelPaths.stream().map(ModelOption::of).toList();
  }
}
