package io.clada.engine.text;

/** Java strings may hold half of a surrogate pair; UTF-8, and with it the tokenizer, may not. */
final class WellFormed {
  private WellFormed() {}

  /** The text with U+FFFD for each surrogate that lacks its other half. */
  static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceUnpaired(text);
      }
    }
    return text;
  }

  private static String replaceUnpaired(String text) {
    int[] codePoints =
        text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .toArray();
    return new String(codePoints, 0, codePoints.length);
  }
}
