package io.clada.engine.calibrate;

import io.clada.engine.CognitiveLoad;
import io.clada.engine.FleetThresholds;
import io.clada.engine.clada.KeepPolicy;
import io.clada.engine.clada.LoadMonitor;
import io.clada.engine.clada.Profile;
import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Segment;
import io.clada.engine.decoder.Step;

/**
 * A passage on its way through mode {@code clada}, with every parameter at its default: what its
 * next step keeps, and when it looks back.
 */
final class ForcedStream implements AutoCloseable {
  /** Defaults of {@link io.clada.engine.SparsityParameters}. */
  static final int MIN_ACTIVE_NEURONS = 100;

  private static final int UPDATE_WINDOW = 10;
  private static final double LOAD_QUANTILE = 0.7;

  /** As in generation: most tokens that a dense look back computes again. */
  private static final int REANALYSIS_WINDOW = 64;

  /** The profile is to hold on every computer, also where all of it is faster than dense. */
  private static final double[] NEVER_DENSE = {2, 2, 2, 2};

  private final Decoder decoder;
  private final Reading reading;
  private final Profile profile;
  private final LoadMonitor monitor;
  private final double log2Vocabulary;
  private final double[] bits;
  private KeepPolicy policy;
  private CognitiveLoad load;
  private int scored;
  private int sparseFrom = -1;
  private int sinceReanalysis;

  ForcedStream(Decoder decoder, Reading reading, Profile profile) {
    this.decoder = decoder;
    this.reading = reading;
    this.profile = profile;
    monitor =
        new LoadMonitor(UPDATE_WINDOW, LOAD_QUANTILE, LOAD_QUANTILE, true, FleetThresholds.DEFAULT);
    log2Vocabulary = Math.log(decoder.config().vocabSize()) / Math.log(2);
    bits = new double[reading.passage().scored()];
    policy = policy(reading.magnitudes(), reading.passage().prompt());
    load = add(reading.first());
  }

  private KeepPolicy policy(float[][] magnitudes, long tokens) {
    double[] ratios = profile.keepRatios().stream().mapToDouble(Double::doubleValue).toArray();
    return new KeepPolicy(
        decoder.weights().inputs(),
        profile,
        ratios,
        0,
        NEVER_DENSE,
        MIN_ACTIVE_NEURONS,
        magnitudes,
        tokens);
  }

  private CognitiveLoad add(Step step) {
    bits[scored++] = step.surprisal();
    return monitor.add(step.surprisal() / log2Vocabulary, step.entropy() / log2Vocabulary);
  }

  boolean finished() {
    return scored == bits.length;
  }

  /** Surprisal of each token. */
  double[] bits() {
    return bits;
  }

  private int position() {
    return reading.passage().prompt() + scored - 1;
  }

  Keep keep() {
    return policy.after(load);
  }

  Segment step() {
    return reading.step(position());
  }

  void stepped(Step step) {
    if (sparseFrom < 0) {
      sparseFrom = position();
    }
    sinceReanalysis++;
    load = add(step);
  }

  boolean reanalysisDue() {
    return profile.reanalysisCooldown() > 0
        && sinceReanalysis >= profile.reanalysisCooldown()
        && sparseFrom >= 0
        && load == CognitiveLoad.HIGH;
  }

  Segment reanalysis() {
    int end = position() + 1;
    return reading.segment(Math.max(sparseFrom, end - REANALYSIS_WINDOW), end, true, 1);
  }

  void reanalysed(Step step) {
    policy = policy(reading.sequence().magnitudes(), reading.sequence().tokensCollected());
    sparseFrom = -1;
    sinceReanalysis = 1;
    load = add(step);
  }

  @Override
  public void close() {
    if (profile.reanalysisCooldown() > 0) {
      reading.restore();
    }
  }
}
