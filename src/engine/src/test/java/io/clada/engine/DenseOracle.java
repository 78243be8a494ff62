package io.clada.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.clada.CounterRandom;
import io.clada.engine.decoder.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What the dense model may say next, by a plain computation over the raw logits of the whole text
 * at once. Two ways to compute the same number differ in its last bits, and where two tokens are as
 * good as equal the difference decides: this is what tells such a tie from an error.
 */
final class DenseOracle {
  private static final double TIE = 1e-3;

  private final CladaModel model;
  private final GenerationSpec spec;

  DenseOracle(CladaModel model, GenerationSpec spec) {
    this.model = model;
    this.spec = spec;
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

  /** Whether both tokens may stand behind these, which follow the prompt. */
  private boolean tie(List<Integer> before, int one, int other) {
    int[] prompt = model.prompt(spec).ids();
    int[] all = IntStream.concat(Arrays.stream(prompt), ints(before)).toArray();
    double[] scores = scores(all);
    SamplingParameters sampling = spec.sampling();
    if (Boolean.FALSE.equals(sampling.doSample())) {
      return Math.abs(scores[one] - scores[other]) < TIE;
    }
    double uniform = CounterRandom.uniform(sampling.seed(), before.size());
    List<Integer> near = List.of(drawn(scores, uniform - TIE), drawn(scores, uniform + TIE));
    return near.contains(one) && near.contains(other);
  }

  private double[] scores(int[] all) {
    double[] scores = new double[model.config().vocabSize()];
    try (Sequence sequence = model.decoder().sequence(all.length)) {
      float[] logits = model.decoder().logits(sequence, all)[all.length - 1];
      Arrays.setAll(scores, token -> logits[token]);
    }
    Double penalty = spec.sampling().repetitionPenalty();
    if (penalty != null) {
      Arrays.stream(all)
          .distinct()
          .forEach(said -> scores[said] *= scores[said] < 0 ? penalty : 1 / penalty);
    }
    return scores;
  }

  /** The inverse of the cumulative distribution of what temperature and nucleus leave. */
  private int drawn(double[] scores, double uniform) {
    List<Integer> ranked =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(token -> -scores[token]))
            .toList();
    double most = scores[ranked.get(0)];
    double temperature =
        spec.sampling().temperature() == null ? 0.7 : spec.sampling().temperature();
    double topP = spec.sampling().topP() == null ? 0.9 : spec.sampling().topP();
    List<Double> shares = new ArrayList<>();
    ranked.forEach(token -> shares.add(Math.exp((scores[token] - most) / temperature)));
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

  private static IntStream ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue);
  }
}
