package io.clada.engine.calibrate;

import java.util.Arrays;
import java.util.List;

/**
 * How a setting did on all passages.
 *
 * @param bits surprisal of each token of each continuation
 * @param weightsRead mean share of dense's weights that a decode step read
 * @param activeNeurons mean share of the FFN neurons that it computed
 */
record Score(List<double[]> bits, double weightsRead, double activeNeurons) {
  Score {
    bits = List.copyOf(bits);
  }

  long tokens() {
    return bits.stream().mapToLong(passage -> passage.length).sum();
  }

  double perplexity() {
    return Math.pow(2, bits.stream().mapToDouble(Score::sum).sum() / tokens());
  }

  /**
   * How far this is from another's distributions, per token: an estimate of the Kullback-Leibler
   * divergence in nats, half the mean square of what the tokens' log-probabilities differ by. It is
   * never negative, and some hundred tokens tell it, where a rise of perplexity needs thousands:
   * tokens that become likelier and tokens that become less likely add up instead of cancelling
   * out.
   */
  double divergence(Score other) {
    double sum = 0;
    for (int passage = 0; passage < bits.size(); passage++) {
      double[] mine = bits.get(passage);
      double[] theirs = other.bits.get(passage);
      for (int token = 0; token < mine.length; token++) {
        double nats = (mine[token] - theirs[token]) * Math.log(2);
        sum += nats * nats / 2;
      }
    }
    return sum / tokens();
  }

  static double sum(double[] values) {
    return Arrays.stream(values).sum();
  }
}
