package io.clada.engine.eval;

import io.clada.engine.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Cuts a text between two words, so that its beginning can be given and its end be scored. */
final class TextHalves {
  /** A shorter text says too little. */
  static final int LEAST_TOKENS = 32;

  /** What is given is worth less and less, and takes time. */
  private static final int MOST_GIVEN = 512;

  private final ToIntFunction<String> tokens;

  /**
   * @param tokens how many a text has; throws InvalidRequestException where they are too many
   */
  TextHalves(ToIntFunction<String> tokens) {
    this.tokens = tokens;
  }

  /**
   * @param second with the space that parts it from the first
   */
  record Halves(String first, String second) {}

  /** Null if the text is short. */
  @Nullable Halves of(String text) {
    List<Integer> cuts = cuts(text);
    int all = count(text);
    if (all < LEAST_TOKENS || cuts.isEmpty()) {
      return null;
    }
    int wanted = Math.min(all / 2, MOST_GIVEN);
    int low = 0;
    int high = cuts.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (count(text.substring(0, cuts.get(middle))) <= wanted) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return new Halves(text.substring(0, cuts.get(low)), text.substring(cuts.get(low)));
  }

  /** Whether the first part leaves some of the context to the second. */
  boolean leavesRoom(Halves text) {
    return !text.second().isEmpty() && count(text.first()) < Integer.MAX_VALUE;
  }

  /** More than any other where the text is too long for the model. */
  private int count(String text) {
    try {
      return tokens.applyAsInt(text);
    } catch (InvalidRequestException e) {
      return Integer.MAX_VALUE;
    }
  }

  /** Where a word ends and white space begins. */
  private static List<Integer> cuts(String text) {
    List<Integer> cuts = new ArrayList<>();
    for (int i = 1; i < text.length(); i++) {
      if (Character.isWhitespace(text.charAt(i)) && !Character.isWhitespace(text.charAt(i - 1))) {
        cuts.add(i);
      }
    }
    return cuts;
  }
}
