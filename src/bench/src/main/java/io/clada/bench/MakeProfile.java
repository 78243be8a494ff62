package io.clada.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.clada.engine.CognitiveLoad;
import io.clada.engine.FleetThresholds;
import io.clada.engine.clada.KeepPolicy;
import io.clada.engine.clada.LoadMonitor;
import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Draw;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Sequence;
import io.clada.engine.decoder.Site;
import io.clada.engine.decoder.Step;
import io.clada.engine.hf.LlamaConfig;
import io.clada.engine.hf.ModelDirectory;
import io.clada.engine.text.TextTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a {@code clada-profile.json}: measures the magnitudes of every matrix's inputs on
 * calibration text, tries a few keep ratios and load swings, and keeps the cheapest whose
 * perplexity stays within the bound.
 *
 * <pre>MakeProfile MODEL CALIBRATION.jsonl HELD-OUT.jsonl [most rise of perplexity, 0.01]</pre>
 *
 * <p>A text has one JSON object per line, with the fields {@code article} and {@code continuation};
 * perplexity is of the continuations, given the articles. Ratios are chosen on the calibration
 * text; the held-out text tells what they cost on text that did not choose them.
 */
public final class MakeProfile {
  private static final int MOST_TEXTS = 40;

  private final LlamaConfig config;
  private final Decoder decoder;
  private final List<Text> texts;

  private MakeProfile(LlamaConfig config, Decoder decoder, List<Text> texts) {
    this.config = config;
    this.decoder = decoder;
    this.texts = texts;
  }

  /** A calibration text: all its tokens, and how many of them are the prompt. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Text(int[] ids, int prompt) {}

  /** Perplexity of the continuations and the mean share of weights and neurons it took. */
  private record Score(double perplexity, double weightsRead, double activeNeurons) {}

  public static void main(String[] args) throws IOException {
    Path model = Path.of(args[0]);
    double bound = args.length > 3 ? Double.parseDouble(args[3]) : 0.01;
    double[] ratios = Profile.RATIOS.stream().mapToDouble(Double::doubleValue).toArray();
    try (ModelDirectory directory = ModelDirectory.open(model);
        TextTokenizer tokenizer = TextTokenizer.load(model);
        Decoder decoder = Decoder.load(directory.config(), directory.weights(), ratios)) {
      LlamaConfig config = directory.config();
      List<Text> calibration = read(Path.of(args[1]), tokenizer, config.maxPositions());
      List<Text> heldOut = read(Path.of(args[2]), tokenizer, config.maxPositions());
      Profile chosen = new MakeProfile(config, decoder, calibration).choose(bound);
      MakeProfile elsewhere = new MakeProfile(config, decoder, heldOut);
      Profile measured =
          elsewhere.withMeasured(
              chosen, elsewhere.score(chosen), elsewhere.score(null), "held_out");
      System.out.println(measured.measured());
      measured.write(model);
    }
  }

  private static List<Text> read(Path file, TextTokenizer tokenizer, int context)
      throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Text> texts = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      JsonNode record = json.readTree(line);
      String article = record.required("article").asText();
      int prompt = tokenizer.encode(article).length;
      int[] ids = tokenizer.encode(article + record.required("continuation").asText());
      if (prompt < ids.length && texts.size() < MOST_TEXTS) {
        texts.add(new Text(Arrays.copyOf(ids, Math.min(ids.length, context)), prompt));
      }
    }
    return texts;
  }

  private Profile choose(double bound) {
    List<List<Double>> thresholds = thresholds();
    Score dense = score(null);
    System.out.printf("dense: perplexity %.3f%n", dense.perplexity());
    Profile best = null;
    Score bestScore = null;
    for (double swing : new double[] {0, 0.05}) {
      for (double inputs = 0.8; inputs > 0.45; inputs -= 0.1) {
        for (double neurons = 0.7; neurons > 0.25; neurons -= 0.1) {
          Profile profile = profile(thresholds, inputs, neurons, swing);
          Score score = score(profile);
          double rise = score.perplexity() / dense.perplexity() - 1;
          System.out.printf(
              "inputs %.1f, neurons %.1f, swing %.2f: weights read %.3f, neurons computed %.3f, perplexity %.3f (%+.2f %%)%n",
              inputs,
              neurons,
              swing,
              score.weightsRead(),
              score.activeNeurons(),
              score.perplexity(),
              100 * rise);
          if (rise <= bound
              && (bestScore == null || score.weightsRead() < bestScore.weightsRead())) {
            bestScore = score;
            best = withMeasured(profile, score, dense, "calibration");
          }
          if (rise > 2 * bound) {
            break;
          }
        }
      }
    }
    if (best == null) {
      throw new IllegalStateException("no setting stays within a perplexity rise of " + bound);
    }
    return best;
  }

  private Profile withMeasured(Profile profile, Score score, Score dense, String text) {
    Map<String, Object> measured = new TreeMap<>(profile.measured());
    measured.put(
        text,
        new TreeMap<>(
            Map.of(
                "texts", texts.size(),
                "perplexity_dense", rounded(dense.perplexity()),
                "perplexity_clada", rounded(score.perplexity()),
                "weights_read_ratio", rounded(score.weightsRead()),
                "active_neuron_ratio", rounded(score.activeNeurons()))));
    return new Profile(
        profile.format(),
        profile.ratios(),
        profile.thresholds(),
        profile.keepRatios(),
        profile.loadSwing(),
        measured);
  }

  private Profile profile(
      List<List<Double>> thresholds, double inputs, double neurons, double swing) {
    List<Double> keep = new ArrayList<>();
    for (int matrix = 0; matrix < config.layers() * Site.COUNT; matrix++) {
      keep.add(rounded(Site.of(matrix) == Site.DOWN ? neurons : inputs));
    }
    return new Profile(1, Profile.RATIOS, thresholds, keep, swing, Map.of());
  }

  /**
   * Per matrix and ratio, the mean over all calibration tokens of the magnitude that this share of
   * the inputs reaches.
   */
  private List<List<Double>> thresholds() {
    double[][] sums = new double[config.layers() * Site.COUNT][Profile.RATIOS.size()];
    long tokens = 0;
    for (Text text : texts) {
      try (Sequence sequence = decoder.sequence(text.ids(), text.ids().length)) {
        decoder.fill(sequence, 0, text.ids().length, true);
        float[][] magnitudes = sequence.magnitudes();
        for (int matrix = 0; matrix < sums.length; matrix++) {
          for (int ratio = 0; ratio < sums[matrix].length; ratio++) {
            sums[matrix][ratio] += magnitudes[matrix][ratio] * text.ids().length;
          }
        }
        tokens += text.ids().length;
      }
    }
    List<List<Double>> thresholds = new ArrayList<>();
    for (double[] row : sums) {
      long all = tokens;
      thresholds.add(Arrays.stream(row).map(sum -> rounded(sum / all)).boxed().toList());
    }
    return thresholds;
  }

  /**
   * Teacher-forced: each token of the continuations is scored by a decode step, as in generation.
   */
  private Score score(@Nullable Profile profile) {
    double surprisal = 0;
    double read = 0;
    double active = 0;
    int steps = 0;
    double log2 = Math.log(config.vocabSize()) / Math.log(2);
    long head = decoder.headWeights();
    for (Text text : texts) {
      try (Sequence sequence = decoder.sequence(text.ids(), text.ids().length)) {
        decoder.fill(sequence, 0, text.prompt() - 1, true);
        KeepPolicy policy =
            profile == null
                ? null
                : new KeepPolicy(
                    decoder.weights().inputs(),
                    profile,
                    profile.keepRatios().stream().mapToDouble(Double::doubleValue).toArray(),
                    100,
                    sequence.magnitudes(),
                    sequence.collected());
        LoadMonitor monitor = new LoadMonitor(10, 0.7, 0.7, true, FleetThresholds.DEFAULT);
        CognitiveLoad load = CognitiveLoad.MEDIUM;
        for (int at = text.prompt() - 1; at + 1 < text.ids().length; at++) {
          Keep keep = policy == null ? Keep.dense(config.layers()) : policy.after(load);
          Step step = decoder.run(decoder.weights(), sequence, at, 1, keep, false, Draw.FORCED);
          load = monitor.add(step.surprisal() / log2, step.entropy() / log2);
          surprisal += step.surprisal();
          read +=
              (double) (decoder.weights().read(step.used()) + head)
                  / (decoder.weights().all() + head);
          for (int layer = 0; layer < config.layers(); layer++) {
            active += step.activeNeurons(layer) / config.intermediateSize() / config.layers();
          }
          steps++;
        }
      }
    }
    return new Score(Math.pow(2, surprisal / steps), read / steps, active / steps);
  }

  private static double rounded(double value) {
    return Math.round(value * 1e5) / 1e5;
  }
}
