package io.clada.engine;

import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.hf.GenerationDefaults;
import io.clada.engine.hf.LlamaConfig;
import io.clada.engine.hf.ModelDirectory;
import io.clada.engine.text.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model: a Hugging Face LLaMA directory in memory, float32, on the CPU. No code of the
 * directory is run and nothing is downloaded.
 *
 * <p>One {@link Generation} at a time: its steps use every core.
 */
public final class CladaModel implements AutoCloseable {
  private final String name;
  private final LlamaConfig config;
  private final PromptReader prompts;
  private final Decoder decoder;
  private final TextTokenizer tokenizer;
  private final @Nullable Profile profile;
  private final GenerationDefaults defaults;

  private CladaModel(ModelDirectory directory, Path path) {
    name = directory.name();
    config = directory.config();
    defaults = directory.generationDefaults();
    profile = Profile.of(path, config.layers());
    tokenizer = TextTokenizer.load(path);
    prompts = new PromptReader(tokenizer, config.maxPositions(), config.vocabSize());
    decoder = Decoder.load(config, directory.weights(), ratios(profile));
  }

  /**
   * Loads a model directory: config.json, tokenizer.json, safetensors, and, where they are there,
   * generation_config.json and clada-profile.json.
   *
   * @throws ModelLoadException with one line for people, if it is not a model that this engine runs
   */
  public static CladaModel load(Path path) {
    try (ModelDirectory directory = ModelDirectory.open(path)) {
      return new CladaModel(directory, path);
    }
  }

  /** The directory's name. */
  public String name() {
    return name;
  }

  /**
   * Checks everything about a request that can be checked without running the model. Any thread.
   *
   * @return tokens of the prompt
   * @throws InvalidRequestException naming the field
   */
  public int validate(GenerationSpec spec) {
    Settings.of(spec, defaults);
    return prompts.read(spec).ids().length;
  }

  /**
   * Renders a conversation with the model's own chat template. Any thread.
   *
   * @throws InvalidRequestException if the model has no chat template
   */
  @SuppressWarnings("DoNotCallSuggester")
  public String renderChat(List<ChatMessage> messages) {
    throw new InvalidRequestException(
        "messages", "model '" + name + "' has no chat template; send a prompt instead");
  }

  /**
   * Starts a generation. Nothing is computed before its first token is asked for.
   *
   * @throws InvalidRequestException naming the field
   */
  public Generation generate(GenerationSpec spec) {
    return generate(spec, System.nanoTime());
  }

  /** As above, for a request that has waited since then, on {@link System#nanoTime}'s clock. */
  Generation generate(GenerationSpec spec, long submitted) {
    return new Generation(this, spec, Settings.of(spec, defaults), prompts.read(spec), submitted);
  }

  LlamaConfig config() {
    return config;
  }

  Decoder decoder() {
    return decoder;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  @Nullable Profile profile() {
    return profile;
  }

  private static double[] ratios(@Nullable Profile profile) {
    List<Double> ratios = profile == null ? Profile.RATIOS : profile.ratios();
    return ratios.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public void close() {
    decoder.close();
    tokenizer.close();
  }
}
