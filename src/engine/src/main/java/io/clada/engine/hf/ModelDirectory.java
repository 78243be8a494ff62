package io.clada.engine.hf;

import io.clada.engine.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Hugging Face model directory: config.json, tokenizer.json, safetensors, and
 * generation_config.json where there is one. Closing it closes the weights.
 *
 * @param name the directory's name, which is the model's
 * @param tokenizer the tokenizer.json, which exists
 */
public record ModelDirectory(
    String name,
    LlamaConfig config,
    GenerationDefaults generationDefaults,
    Path tokenizer,
    Safetensors weights)
    implements AutoCloseable {

  private static final long MAX_CONFIG_BYTES = 1 << 20;

  /**
   * Reads the configuration and opens the weights.
   *
   * @throws ModelLoadException naming the file and the field, in one line
   */
  public static ModelDirectory open(Path directory) {
    if (!Files.isDirectory(directory)) {
      String problem = Files.exists(directory) ? "not a directory" : "no such directory";
      throw new ModelLoadException(directory + ": " + problem);
    }
    Path config = required(directory, "config.json");
    Path generation = directory.resolve("generation_config.json");
    GenerationDefaults defaults =
        Files.exists(generation)
            ? GenerationDefaults.of(JsonFile.read(generation, MAX_CONFIG_BYTES))
            : GenerationDefaults.none();
    LlamaConfig llama = LlamaConfig.of(JsonFile.read(config, MAX_CONFIG_BYTES), defaults);
    Path tokenizer = required(directory, "tokenizer.json");
    Path name = directory.toAbsolutePath().normalize().getFileName();
    return new ModelDirectory(
        name == null ? "model" : name.toString(),
        llama,
        defaults,
        tokenizer,
        Safetensors.open(directory));
  }

  @Override
  public void close() {
    weights.close();
  }

  private static Path required(Path directory, String name) {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new ModelLoadException(
          directory + ": no " + name + "; a Hugging Face model directory has one");
    }
    return file;
  }
}
