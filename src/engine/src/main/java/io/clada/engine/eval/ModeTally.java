package io.clada.engine.eval;

import io.clada.engine.LoadWindow;
import io.clada.engine.eval.ModeResult.Quality;
import io.clada.engine.eval.ModeResult.Sparsity;
import io.clada.engine.eval.ModeResult.Speed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds up what one mode did, example after example. */
final class ModeTally {
  private final String mode;
  private final Likelihood likelihood = new Likelihood();
  private final Mean rouge = new Mean();
  private final Mean rougeToDense = new Mean();
  private final Mean neurons = new Mean();
  private final Mean weights = new Mean();
  private final List<Double> timesToFirstToken = new ArrayList<>();
  private double[] byLayer = {};
  private long tokens;
  private long decoded;
  private double decodeSeconds;
  private long reanalyses;
  private long drafted;
  private long accepted;
  private long right;
  private long asked;

  ModeTally(String mode) {
    this.mode = mode;
  }

  Likelihood likelihood() {
    return likelihood;
  }

  void answer(Answer answer) {
    for (TokenTrace token : answer.tokens()) {
      tokens++;
      if (token.index() > 0) { // the prefill, dense in every mode, makes the first
        decoded++;
        neurons.add(token.activeNeuronRatio());
        weights.add(token.weightsReadRatio());
      }
    }
    decodeSeconds += answer.finish().decodeSeconds();
    timesToFirstToken.add(answer.finish().timeToFirstTokenSeconds());
    answer.windows().forEach(this::window);
  }

  private void window(LoadWindow window) {
    reanalyses += window.reanalyses();
    drafted += window.drafted();
    accepted += window.accepted();
    List<Float> layers = window.activeNeuronRatioByLayer();
    byLayer = Arrays.copyOf(byLayer, layers.size());
    for (int layer = 0; layer < layers.size(); layer++) {
      byLayer[layer] += layers.get(layer) * window.tokens() - (window.firstIndex() == 0 ? 1 : 0);
    }
  }

  void rouge(double score) {
    rouge.add(score);
  }

  void rougeToDense(double score) {
    rougeToDense.add(score);
  }

  void choice(boolean correct) {
    asked++;
    right += correct ? 1 : 0;
  }

  ModeResult result() {
    return new ModeResult(
        mode,
        new Quality(
            likelihood.perplexity(),
            likelihood.tokens(),
            likelihood.agreement(),
            rouge.value(),
            rougeToDense.value(),
            asked == 0 ? null : new Proportion(right, asked)),
        new Speed(tokens, decodeSeconds > 0 ? decoded / decodeSeconds : 0, median()),
        new Sparsity(
            or(neurons.value(), 1),
            or(weights.value(), 1),
            Arrays.stream(byLayer).map(sum -> decoded == 0 ? 1 : sum / decoded).boxed().toList(),
            reanalyses,
            drafted,
            accepted));
  }

  private double median() {
    List<Double> sorted = timesToFirstToken.stream().sorted().toList();
    return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
  }

  private static double or(@Nullable Double value, double otherwise) {
    return value == null ? otherwise : value;
  }

  private static final class Mean {
    private double sum;
    private long count;

    void add(double value) {
      sum += value;
      count++;
    }

    @Nullable Double value() {
      return count == 0 ? null : (Double) (sum / count);
    }
  }
}
