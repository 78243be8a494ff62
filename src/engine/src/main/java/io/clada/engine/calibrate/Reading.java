package io.clada.engine.calibrate;

import io.clada.engine.decoder.Decoder;
import io.clada.engine.decoder.Draw;
import io.clada.engine.decoder.Keep;
import io.clada.engine.decoder.Outcome;
import io.clada.engine.decoder.Sampling;
import io.clada.engine.decoder.Segment;
import io.clada.engine.decoder.Sequence;
import io.clada.engine.decoder.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A passage whose prompt the model has read, as the prefill of a generation leaves it: its keys and
 * values stay in the cache for every trial, which overwrites those behind them.
 */
final class Reading implements AutoCloseable {
  /** As in generation: the magnitudes of a chunk's inputs are ranked together. */
  private static final int PREFILL_CHUNK = 128;

  private static final int[] NOTHING = {};

  private final Passage passage;
  private final Sequence sequence;
  private final Sequence.Collected collected;
  private final float[][] magnitudes;
  private final List<float[]> energy;
  private final float[][] importance;
  private final Step first;

  Reading(Decoder decoder, Passage passage) {
    this.passage = passage;
    sequence = decoder.sequence(passage.ids().length);
    Keep dense = Keep.dense(decoder.config().layers());
    Outcome outcome = null;
    for (int from = 0; from < passage.prompt(); from += PREFILL_CHUNK) {
      int to = Math.min(from + PREFILL_CHUNK, passage.prompt());
      outcome = decoder.run(decoder.weights(), dense, List.of(segment(from, to, true, 1)));
    }
    if (outcome == null) {
      throw new IllegalArgumentException("a passage without a prompt");
    }
    first = outcome.steps().get(0).get(0);
    collected = sequence.collected();
    magnitudes = sequence.magnitudes();
    energy = decoder.energy(sequence);
    importance = sequence.importance();
  }

  Passage passage() {
    return passage;
  }

  Sequence sequence() {
    return sequence;
  }

  /** What the prefill says of the first token of the continuation. */
  Step first() {
    return first;
  }

  /** What the prompt's inputs reach, {@code [layers * 4][ratios]}. */
  float[][] magnitudes() {
    return magnitudes;
  }

  /** Each neuron's share of its layer's contribution energy over the prompt. */
  List<float[]> energy() {
    return energy;
  }

  /** GRIFFIN's statistic over the prompt, {@code [layers][neurons]}. */
  float[][] importance() {
    return importance;
  }

  /** Forgets what was collected behind the prompt. */
  void restore() {
    sequence.restore(collected);
  }

  /**
   * Everything behind the prompt but the last token, each with the score of the token behind it.
   */
  Segment continuation(boolean collect) {
    int last = passage.ids().length - 1;
    return segment(passage.prompt(), last, collect, last - passage.prompt());
  }

  /** Surprisal of each token, when {@link #continuation} gave this. */
  double[] bits(Outcome outcome) {
    double[] bits = new double[passage.scored()];
    bits[0] = first.surprisal();
    for (int token = 1; token < bits.length; token++) {
      bits[token] = outcome.steps().get(0).get(token - 1).surprisal();
    }
    return bits;
  }

  /** One position, and the score of the token behind it. */
  Segment step(int position) {
    return segment(position, position + 1, false, 1);
  }

  /** Positions {@code [from, to)}; the tokens behind the last {@code draws} of them are scored. */
  Segment segment(int from, int to, boolean collect, int draws) {
    List<Draw> targets = new ArrayList<>();
    for (int row = to - draws; row < to; row++) {
      targets.add(Draw.scoring(passage.ids()[row + 1]));
    }
    int[] rows = Arrays.copyOfRange(passage.ids(), from, to);
    return new Segment(sequence, from, rows, collect, targets, Sampling.GREEDY, NOTHING);
  }

  @Override
  public void close() {
    sequence.close();
  }
}
