package io.clada.engine.eval;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Which of several answers a model holds for the likeliest: the one with the highest log likelihood
 * per byte of its UTF-8, as the metric {@code acc_norm} of EleutherAI's lm-evaluation-harness, so
 * that long answers stand a chance and figures compare.
 */
final class MultipleChoice {
  private MultipleChoice() {}

  /** The index of the model's choice; the first of several that are equal. */
  static int choose(Scorer scorer, String prompt, List<String> choices) {
    int best = 0;
    double bestScore = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < choices.size(); i++) {
      String continuation = joined(prompt, choices.get(i));
      double sum = Arrays.stream(scorer.logLikelihoods(prompt, continuation)).sum();
      double score = sum / choices.get(i).getBytes(StandardCharsets.UTF_8).length;
      if (score > bestScore) {
        bestScore = score;
        best = i;
      }
    }
    return best;
  }

  /** With a space between the two, unless one has white space there. */
  private static String joined(String prompt, String choice) {
    boolean parted =
        Character.isWhitespace(prompt.charAt(prompt.length() - 1))
            || Character.isWhitespace(choice.charAt(0));
    return parted ? choice : " " + choice;
  }
}
