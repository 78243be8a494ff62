package io.clada.engine;

import io.clada.engine.clada.KeepPolicy;
import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Precision;
import io.clada.engine.hf.DecoderConfig;
import io.clada.engine.hf.GenerationDefaults;
import io.clada.engine.hf.ModelDirectory;
import io.clada.engine.text.TextTokenizer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model: a Hugging Face model directory in memory. No code of the directory is run and
 * nothing is downloaded.
 *
 * <p>Whatever runs the model - a {@link Generation}, a {@link Scoring} or a {@link BatchEngine} -
 * must be the only one that does at a time: a step uses every core.
 */
public final class CladaModel implements AutoCloseable {
  /** Most tokens that a dense look back computes again. */
  static final int REANALYSIS_WINDOW = 64;

  /** Enough to hold for every share of inputs. */
  private static final double[] ALWAYS_FASTER = {2, 2, 2, 2};

  private final String name;
  private final DecoderConfig config;
  private final PromptReader prompts;
  private final Decoder decoder;
  private final TextTokenizer tokenizer;
  private final @Nullable Profile profile;
  private final GenerationDefaults defaults;
  private final boolean sparseAlways;
  private final Stepper stepper;
  private final ModelChat chat;

  private CladaModel(ModelDirectory directory, Path path, ModelOptions options) {
    name = directory.name();
    config = directory.family().config();
    defaults = directory.generationDefaults();
    sparseAlways = options.sparseAlways();
    profile = Profile.of(path, config.layers());
    chat = ModelChat.of(path, name, Clock.system(ZoneId.systemDefault()));
    tokenizer = TextTokenizer.load(path);
    prompts = new PromptReader(tokenizer, config.maxPositions(), config.vocabSize());
    decoder =
        Decoder.load(
            directory.family(),
            directory.weights(),
            options.device(),
            Precision.of(options),
            ratios(profile),
            options.progress());
    decoder.warmUp();
    stepper = new Stepper(this);
  }

  /**
   * Loads a model directory: config.json, tokenizer.json, safetensors, and, where they are there,
   * generation_config.json, clada-profile.json, tokenizer_config.json and chat_template.jinja.
   *
   * @throws ModelLoadException with one line for people, if it is not a model that this engine runs
   */
  public static CladaModel load(Path path) {
    return load(path, ModelOptions.DEFAULT);
  }

  /** As above, in a way of one's own. */
  public static CladaModel load(Path path, ModelOptions options) {
    try (ModelDirectory directory = ModelDirectory.open(path)) {
      return new CladaModel(directory, path, options);
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
    return prompt(spec).ids().length;
  }

  /** As {@link #validate}, for who wants to know more of the prompt. */
  PromptReader.Prompt prompt(GenerationSpec spec) {
    Settings.of(spec, defaults);
    if (spec.mode() == Mode.GRIFFIN && !decoder.canCompact()) {
      throw new InvalidRequestException(
          "mode", "GRIFFIN is not there in low-memory mode; take CLADA, DENSE or EXACT");
    }
    return prompts.read(spec);
  }

  /**
   * Renders a conversation with the model's own chat template. Any thread.
   *
   * @throws InvalidRequestException if the model has no chat template, or it refuses these messages
   */
  public String renderChat(List<ChatMessage> messages) {
    return chat.render(messages);
  }

  /**
   * Starts a generation. Nothing is computed before its first token is asked for.
   *
   * @throws InvalidRequestException naming the field
   */
  public Generation generate(GenerationSpec spec) {
    return new Generation(this, activate(spec, null, System.nanoTime()));
  }

  /**
   * Scores a given continuation of the prompt, token by token, as the request's mode would have
   * generated it; its sampling and length have no meaning.
   *
   * @param continuation text that follows the prompt; cut where the context ends
   * @throws InvalidRequestException naming the field
   */
  public Scoring score(GenerationSpec spec, String continuation) {
    int[] prompt = prompts.read(spec).ids();
    int[] all = tokenizer.encode(spec.prompt() + continuation, spec.specialTokens());
    int shared = Arrays.mismatch(prompt, all);
    int from = shared < 0 ? prompt.length : Math.min(shared, prompt.length);
    int to = Math.min(all.length, config.maxPositions());
    if (from < 1 || from >= to) {
      throw new InvalidRequestException("continuation", "adds no token to the prompt");
    }
    GenerationSpec bounded = spec.scoring(to - from);
    PromptReader.Prompt cut = new PromptReader.Prompt(Arrays.copyOf(all, from), to - from);
    return new Scoring(
        this,
        new ActiveGeneration(
            this,
            bounded,
            Settings.of(bounded, defaults),
            cut,
            Arrays.copyOfRange(all, from, to),
            System.nanoTime()));
  }

  ActiveGeneration activate(GenerationSpec spec, int @Nullable [] reference, long submitted) {
    return new ActiveGeneration(
        this, spec, Settings.of(spec, defaults), prompt(spec), reference, submitted);
  }

  /**
   * What a sequence keeps (method, section 3).
   *
   * @param magnitudes what the prompt's inputs reach, {@code [layers * 4][ratios]}; null: do not
   *     follow the prompt
   */
  KeepPolicy keepPolicy(
      Settings settings, double offset, float @Nullable [][] magnitudes, long promptTokens) {
    return new KeepPolicy(
        decoder.weights().inputs(),
        profile,
        settings.keepRatios(profile, config.layers()),
        offset,
        sparseAlways ? ALWAYS_FASTER : decoder.costs().breakEvens(),
        settings.minActiveNeurons(),
        magnitudes,
        promptTokens);
  }

  /** Share of the neurons in a batch's set, within the calibrated bound where there is one. */
  double setRatio(Settings settings) {
    if (profile == null) {
      return settings.ffnReductionRatio();
    }
    return profile.setRatio() == null ? 1 : profile.setRatio();
  }

  /** Least tokens between two dense looks back; 0: there are none. */
  int reanalysisCooldown() {
    return profile == null ? 0 : profile.reanalysisCooldown();
  }

  boolean sparseAlways() {
    return sparseAlways;
  }

  /** Runs it, and knows from one generation to the next what that takes. */
  Stepper stepper() {
    return stepper;
  }

  DecoderConfig config() {
    return config;
  }

  Decoder decoder() {
    return decoder;
  }

  TextTokenizer tokenizer() {
    return tokenizer;
  }

  private static double[] ratios(@Nullable Profile profile) {
    List<Double> ratios = profile == null ? Profile.RATIOS : profile.ratios();
    return ratios.stream().mapToDouble(Double::doubleValue).toArray();
  }

  @Override
  public void close() {
    stepper.close();
    decoder.close();
    tokenizer.close();
  }
}
