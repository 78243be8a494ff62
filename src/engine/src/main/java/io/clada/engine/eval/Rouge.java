package io.clada.engine.eval;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * ROUGE-L (Lin, 2004) as the Python package rouge-score computes it without its stemmer: words are
 * runs of a to z and 0 to 9 in lower case, and the score is the F1 of the longest common
 * subsequence.
 */
final class Rouge {
  private static final Pattern WORD = Pattern.compile("[a-z0-9]+");

  private Rouge() {}

  /** From 0, nothing in common or nothing there, to 1, the same words in the same order. */
  static double l(String reference, String candidate) {
    List<String> expected = words(reference);
    List<String> actual = words(candidate);
    if (expected.isEmpty() || actual.isEmpty()) {
      return 0;
    }
    int common = longestCommonSubsequence(expected, actual);
    double precision = (double) common / actual.size();
    double recall = (double) common / expected.size();
    return common == 0 ? 0 : 2 * precision * recall / (precision + recall);
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(text.toLowerCase(Locale.ROOT));
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  /** Row by row: memory for one row, time for all of them. */
  private static int longestCommonSubsequence(List<String> a, List<String> b) {
    int[] row = new int[b.size() + 1];
    for (String word : a) {
      int diagonal = 0;
      for (int j = 1; j <= b.size(); j++) {
        int above = row[j];
        row[j] = word.equals(b.get(j - 1)) ? diagonal + 1 : Math.max(above, row[j - 1]);
        diagonal = above;
      }
    }
    return row[b.size()];
  }
}
