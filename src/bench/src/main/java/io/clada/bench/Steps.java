package io.clada.bench;

import io.clada.engine.LoadProgress;
import io.clada.engine.decoder.CompactWeights;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Draw;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Outcome;
import io.clada.engine.decoder.Precision;
import io.clada.engine.decoder.Sampling;
import io.clada.engine.decoder.Segment;
import io.clada.engine.decoder.Sequence;
import io.clada.engine.decoder.Site;
import io.clada.engine.decoder.Weights;
import io.clada.engine.hf.ModelDirectory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A decoder and one sequence of it, whose prompt is computed: what a step costs, without the text
 * around it. Steps follow the prompt again and again, with other tokens each time.
 */
final class Steps implements AutoCloseable {
  /** Tokens of the prompt: as many as the engine computes at once. */
  static final int PROMPT = 128;

  /** Tokens per timing: which inputs are small differs from token to token. */
  private static final int TOKENS = 2;

  private static final int FEWEST_INPUTS = 4;

  private final double[] ratios;
  private final Decoder decoder;
  private final Sequence sequence;
  private final SplittableRandom random = new SplittableRandom(2);
  private final float[][] magnitudes;

  /**
   * @param ratios shares of inputs, ascending, that there will be {@linkplain #thresholds} for
   */
  Steps(Path directory, Precision precision, double[] ratios) {
    this.ratios = ratios;
    try (ModelDirectory model = ModelDirectory.open(directory)) {
      decoder =
          Decoder.load(
              model.family(), model.weights(), "cpu", precision, ratios, LoadProgress.NONE);
    }
    sequence = decoder.sequence(PROMPT + TOKENS);
    prefill();
    magnitudes = sequence.magnitudes();
  }

  Decoder decoder() {
    return decoder;
  }

  /** The magnitudes that a share of each product's inputs reaches, {@code [layers * 4][ratios]}. */
  float[][] magnitudes() {
    return magnitudes;
  }

  /** Statistics of the prompt. */
  Sequence sequence() {
    return sequence;
  }

  /** Computes the prompt anew, statistics included: seconds. */
  double prefill() {
    Segment prompt = Segment.fill(sequence, 0, tokens(PROMPT), true);
    return Turns.timed(() -> decoder.run(decoder.weights(), dense(), List.of(prompt)));
  }

  /** Everything. */
  Keep dense() {
    return Keep.dense(decoder.config().layers());
  }

  /** This share of every product's inputs, on the average, by thresholds, as with a profile. */
  Keep thresholds(double ratio) {
    int place = Arrays.binarySearch(ratios, ratio);
    double[] thresholds =
        Arrays.stream(magnitudes).mapToDouble(reached -> reached[place]).toArray();
    long[] floors = new long[thresholds.length];
    Arrays.fill(floors, FEWEST_INPUTS);
    return new Keep(thresholds, floors);
  }

  /** This share of every product's inputs, the largest, as without a profile. */
  Keep largest(double ratio) {
    long[] floors = decoder.weights().inputs();
    Arrays.setAll(floors, product -> Math.round(ratio * floors[product]));
    double[] thresholds = new double[floors.length];
    Arrays.fill(thresholds, Double.MAX_VALUE);
    return new Keep(thresholds, floors);
  }

  /** Sets of this share of each layer's neurons, filled with the first ones. */
  CompactWeights set(double ratio) {
    int neurons = decoder.config().intermediateSize();
    CompactWeights set = decoder.compact((int) Math.round(ratio * neurons));
    int[][] first = new int[decoder.config().layers()][set.kept()];
    Arrays.stream(first).forEach(layer -> Arrays.setAll(layer, i -> i));
    set.assign(first);
    return set;
  }

  /** Seconds per step. */
  double seconds(Weights weights, Keep keep) {
    int[] ids = tokens(TOKENS);
    return Turns.timed(
            () -> {
              for (int i = 0; i < TOKENS; i++) {
                step(weights, keep, i, ids[i]);
              }
            })
        / TOKENS;
  }

  /** Weights that a step reads, head included, on the average of some. */
  double weightsRead(Weights weights, Keep keep) {
    double read = 0;
    int steps = 8 * TOKENS;
    int[] ids = tokens(steps);
    for (int i = 0; i < steps; i++) {
      read += weights.read(step(weights, keep, i % TOKENS, ids[i]).used());
    }
    return read / steps + decoder.headWeights();
  }

  /** Per site, the share of inputs from which on dense is faster. */
  String breakEvens() {
    StringBuilder text = new StringBuilder();
    for (Site site : Site.values()) {
      text.append(String.format(Locale.ROOT, "%s %.2f  ", site, decoder.costs().breakEven(site)));
    }
    return text.toString().strip();
  }

  private Outcome step(Weights weights, Keep keep, int ahead, int id) {
    Segment segment =
        new Segment(
            sequence,
            PROMPT + ahead,
            new int[] {id},
            false,
            List.of(Draw.by(0.5)),
            Sampling.GREEDY,
            new int[0]);
    return decoder.run(weights, keep, List.of(segment));
  }

  private int[] tokens(int count) {
    return random.ints(count, 0, decoder.config().vocabSize()).toArray();
  }

  @Override
  public void close() {
    sequence.close();
    decoder.close();
  }
}
