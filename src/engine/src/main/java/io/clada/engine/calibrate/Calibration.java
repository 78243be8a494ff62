package io.clada.engine.calibrate;

import io.clada.engine.ModelLoadException;
import io.clada.engine.ModelOptions;
import io.clada.engine.calibrate.CalibrationPoint.Measured;
import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Precision;
import io.clada.engine.eval.Example;
import io.clada.engine.hf.ModelDirectory;
import io.clada.engine.text.TextTokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The error-controlled profile of a model (method, section 3), in these steps:
 *
 * <ol>
 *   <li>the texts are read, dense: keys and values of the prompts, magnitudes of every matrix's
 *       inputs, surprisal of the continuations;
 *   <li>what each matrix {@linkplain Losses loses} at each ratio, and how much that {@linkplain
 *       Sensitivities matters}, on a sample;
 *   <li>from these one {@linkplain GreedyPath path} from dense to sparse, by error per weight
 *       saved;
 *   <li>along it the {@linkplain Search search} for the cheapest setting whose perplexity stays
 *       within the bound, measured end to end, with a confidence of 99 %;
 *   <li>the smallest {@linkplain SharedSets set} of neurons that a batch may share;
 *   <li>settings along the path on held-out texts, beside {@code griffin}.
 * </ol>
 *
 * <p>Runs on the caller's thread, and uses every core.
 */
public final class Calibration {
  private final Decoder decoder;
  private final CalibrationSettings settings;
  private final List<Passage> passages;
  private final List<Passage> heldOut;
  private final Plan plan;
  private final Meter meter;
  private final Bootstrap bootstrap;

  private Calibration(
      Decoder decoder,
      CalibrationSettings settings,
      List<Passage> passages,
      List<Passage> heldOut,
      CalibrationWatcher watcher) {
    this.decoder = decoder;
    this.settings = settings;
    this.passages = Readings.fitting(decoder, passages);
    this.heldOut = Readings.fitting(decoder, heldOut);
    plan = Plan.of(decoder, this.passages, this.heldOut);
    meter = new Meter(watcher, plan.all());
    bootstrap = new Bootstrap(settings.seed());
  }

  /**
   * Calibrates a model. Nothing is written.
   *
   * @param options how the model is loaded; {@link ModelOptions#sparseAlways} has no meaning here
   * @param examples texts to calibrate on
   * @param heldOut other texts of the same kind, to measure what was found; may be empty
   * @throws ModelLoadException if it is not a model that this engine runs
   * @throws IllegalArgumentException if no example can be scored
   * @throws CancellationException if the watcher stopped it
   */
  public static CalibrationResult run(
      Path model,
      ModelOptions options,
      CalibrationSettings settings,
      List<Example> examples,
      List<Example> heldOut,
      CalibrationWatcher watcher) {
    double[] ratios = Profile.RATIOS.stream().mapToDouble(Double::doubleValue).toArray();
    try (ModelDirectory directory = ModelDirectory.open(model);
        TextTokenizer tokenizer = TextTokenizer.load(model);
        Decoder decoder =
            Decoder.load(
                directory.family(),
                directory.weights(),
                options.device(),
                Precision.of(options),
                ratios,
                options.progress())) {
      Passages passages = new Passages(tokenizer, decoder.config(), settings.maxNewTokens());
      List<Passage> picked = passages.pick(examples, settings.prompts(), settings.seed());
      if (picked.isEmpty()) {
        throw new IllegalArgumentException(
            "no text has a prompt and at least two more tokens to score");
      }
      List<Passage> others = passages.pick(heldOut, settings.prompts(), settings.seed());
      return new Calibration(decoder, settings, picked, others, watcher).run();
    }
  }

  private CalibrationResult run() {
    meter.begin("reading the texts", plan.reading());
    try (Readings readings = Readings.read(decoder, passages, meter)) {
      Matrices matrices = new Matrices(decoder, readings.magnitudes());
      GreedyPath path = path(readings, matrices);
      meter.begin("searching ratios", plan.search());
      SparseTrial trial = new SparseTrial(decoder, readings.all(), meter);
      Trials trials = new Trials(matrices, trial, readings.dense(), bootstrap);
      Search search = new Search(trials, path, settings.bound());
      Tried chosen = search.cheapest();
      meter.begin("searching sets", plan.sets());
      SharedSets sets = sets(readings);
      meter.begin("measuring held-out texts", plan.heldOut());
      try (HeldOut others = heldOut(matrices)) {
        return new CalibrationResult(
            settings,
            CalibrationTexts.of(readings),
            others == null ? null : others.texts(),
            points(trials.all(), search.strides(), chosen, others),
            sets,
            matrices.profile(chosen.setting()));
      }
    }
  }

  private GreedyPath path(Readings readings, Matrices matrices) {
    meter.begin("measuring losses", plan.losses());
    double[][] losses =
        Losses.measure(decoder, readings.first(Plan.LOSS_TOKENS), Profile.RATIOS.size(), meter);
    meter.begin("measuring sensitivities", plan.sensitivities());
    double[] sensitivities =
        Sensitivities.measure(
            decoder, readings.first(Plan.SENSITIVITY_TOKENS), matrices, losses, meter);
    return new GreedyPath(matrices, losses, sensitivities);
  }

  /** Weights of eight bits cannot be copied into sets. */
  private SharedSets sets(Readings readings) {
    return decoder.canCompact()
        ? SharedSets.search(
            new SetTrial(decoder, readings.all(), meter),
            readings.dense(),
            bootstrap,
            settings.bound())
        : new SharedSets(null, List.of());
  }

  private @Nullable HeldOut heldOut(Matrices matrices) {
    return heldOut.isEmpty()
        ? null
        : new HeldOut(decoder, matrices, Readings.read(decoder, heldOut, meter), bootstrap, meter);
  }

  /** Held-out texts tell of the strides and of what was chosen. */
  private static List<CalibrationPoint> points(
      List<Tried> all, List<Tried> strides, Tried chosen, @Nullable HeldOut others) {
    List<CalibrationPoint> points = new ArrayList<>();
    for (Tried tried : all) {
      boolean isChosen = tried.setting().same(chosen.setting());
      HeldOut with = isChosen || strides.contains(tried) ? others : null;
      points.add(
          new CalibrationPoint(
              tried.setting().loadSwing(),
              tried.setting().cooldown(),
              isChosen,
              Measured.of(tried.score(), tried.rise()),
              with == null ? null : with.sparse(tried.setting()),
              with == null ? null : with.griffin(tried.score().weightsRead())));
    }
    return points;
  }
}
