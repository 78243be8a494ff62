package io.clada.engine.hf;

import io.clada.engine.ModelLoadException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/**
 * A Hugging Face model directory: config.json, tokenizer.json, safetensors, and
 * generation_config.json where there is one. Closing it closes the weights.
 *
 * @param name the directory's name, which is the model's
 * @param family where the weights are, all of them there in the shapes that it says, float32,
 *     float16 or bfloat16
 * @param tokenizer the tokenizer.json, which exists
 */
public record ModelDirectory(
    String name,
    ModelFamily family,
    GenerationDefaults generationDefaults,
    Path tokenizer,
    Safetensors weights)
    implements AutoCloseable {

  private static final Set<Dtype> WEIGHT_TYPES = EnumSet.of(Dtype.F32, Dtype.F16, Dtype.BF16);
  private static final long MAX_CONFIG_BYTES = 1 << 20;

  /**
   * Reads the configuration and opens the weights.
   *
   * @throws ModelLoadException naming the file and the field, in one line
   */
  public static ModelDirectory open(Path directory) {
    if (!Files.isDirectory(directory)) {
      String problem = Files.exists(directory) ? "not a directory" : "no such directory";
      throw Refusal.of(directory, problem);
    }
    Path config = required(directory, "config.json");
    Path generation = directory.resolve("generation_config.json");
    GenerationDefaults defaults =
        Files.exists(generation)
            ? GenerationDefaults.of(JsonFile.read(generation, MAX_CONFIG_BYTES))
            : GenerationDefaults.none();
    JsonFile json = JsonFile.read(config, MAX_CONFIG_BYTES);
    Path tokenizer = required(directory, "tokenizer.json");
    Path name = directory.toAbsolutePath().normalize().getFileName();
    Safetensors weights = Safetensors.open(directory);
    try {
      ModelFamily family = ModelFamilies.of(json, defaults, weights.names());
      check(family, weights);
      TokenizerSize.check(tokenizer, family.config().vocabSize());
      return new ModelDirectory(
          name == null ? "model" : name.toString(), family, defaults, tokenizer, weights);
    } catch (RuntimeException e) {
      weights.close();
      throw e;
    }
  }

  /** Before anything is allocated for them: every weight is there, as config.json asks for it. */
  private static void check(ModelFamily family, Safetensors weights) {
    family.ends().parts().forEach(part -> check(part, weights));
    for (int layer = 0; layer < family.config().layers(); layer++) {
      family.layer(layer).parts().forEach(part -> check(part, weights));
    }
  }

  private static void check(Part part, Safetensors weights) {
    Dtype dtype = weights.tensor(part.tensor(), part.shape()).dtype();
    if (!WEIGHT_TYPES.contains(dtype)) {
      throw weights.refusal(
          part.tensor(),
          "dtype %s is not supported for weights; supported: %s".formatted(dtype, WEIGHT_TYPES));
    }
  }

  @Override
  public void close() {
    weights.close();
  }

  private static Path required(Path directory, String name) {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw Refusal.of(directory, "no " + name + "; a Hugging Face model directory has one");
    }
    return file;
  }
}
