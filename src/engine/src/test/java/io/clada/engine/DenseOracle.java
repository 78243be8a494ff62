package io.clada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.clada.CounterRandom;
import io.clada.engine.decoder.Sampling;
import io.clada.engine.decoder.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the dense model may say next, by a plain computation over the raw logits of the whole text
 * at once. Two ways to compute the same number differ in its last bits, and where two tokens are as
 * good as equal the difference decides: this is what tells such a tie from an error.
 */
final class DenseOracle {
  private static final double TIE = 1e-4;

  private final CladaModel model;
  private final GenerationSpec spec;
  private final Sampling sampling;

  DenseOracle(CladaModel model, GenerationSpec spec) {
    this.model = model;
    this.spec = spec;
    sampling = model.activate(spec, null, 0).settings().sampling();
  }

  /**
   * Fails unless the tokens are these, or differ from where on it is a tie.
   *
   * @return whether they are these
   */
  boolean agrees(List<Integer> expected, List<Integer> actual) {
    int same = 0;
    while (same < Math.min(expected.size(), actual.size())
        && expected.get(same).equals(actual.get(same))) {
      same++;
    }
    if (same == expected.size() && same == actual.size()) {
      return true;
    }
    assertThat(same).as("one ends early").isLessThan(Math.min(expected.size(), actual.size()));
    assertThat(tie(expected.subList(0, same), expected.get(same), actual.get(same)))
        .as("%s says %s, not %s, from token %d on", spec, actual, expected, same)
        .isTrue();
    return false;
  }

  /** Whether both tokens may stand behind these. */
  private boolean tie(List<Integer> generated, int one, int other) {
    List<Integer> before = new ArrayList<>();
    spec.resumeFrom().forEach(token -> before.add(token.tokenId()));
    before.addAll(generated);
    IntStream prompt = Arrays.stream(model.prompt(spec).ids());
    double[] scores =
        scores(IntStream.concat(prompt, before.stream().mapToInt(token -> token)).toArray());
    if (sampling.temperature() == 0) {
      return Math.abs(scores[one] - scores[other]) < TIE;
    }
    double uniform = CounterRandom.uniform(spec.sampling().seed(), before.size());
    Set<Integer> near = new HashSet<>();
    for (double du : List.of(-TIE, 0.0, TIE)) {
      for (double dp : List.of(-TIE, 0.0, TIE)) {
        near.add(drawn(scores, uniform + du, sampling.topP() + dp));
      }
    }
    return near.contains(one) && near.contains(other);
  }

  private double[] scores(int[] all) {
    double[] scores = new double[model.config().vocabSize()];
    try (Sequence sequence = model.decoder().sequence(all.length)) {
      float[] logits = model.decoder().logits(sequence, all)[all.length - 1];
      Arrays.setAll(scores, token -> logits[token]);
    }
    double penalty = sampling.repetitionPenalty();
    Arrays.stream(all)
        .distinct()
        .forEach(said -> scores[said] *= scores[said] < 0 ? penalty : 1 / penalty);
    return scores;
  }

  /** The inverse of the cumulative distribution of what temperature and nucleus leave. */
  private int drawn(double[] scores, double uniform, double topP) {
    List<Integer> ranked =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(token -> -scores[token]))
            .toList();
    double most = scores[ranked.get(0)];
    List<Double> shares = new ArrayList<>();
    ranked.forEach(token -> shares.add(Math.exp((scores[token] - most) / sampling.temperature())));
    double all = shares.stream().mapToDouble(Double::doubleValue).sum();
    double mass = 0;
    int kept = 0;
    while (kept < shares.size() && mass / all < topP) {
      mass += shares.get(kept++);
    }
    double reached = 0;
    for (int i = 0; i < kept; i++) {
      reached += shares.get(i);
      if (uniform * mass < reached) {
        return ranked.get(i);
      }
    }
    return ranked.get(kept - 1);
  }
}
