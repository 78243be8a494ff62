package io.clada.engine.text.jinja;

import java.util.Locale;

/**
 * What Python's {@code str} does where Java's String differs: it counts code points, and takes for
 * white space what Unicode does.
 */
final class Text {
  private Text() {}

  /** As {@code str.isspace}. All such characters are in the basic plane. */
  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  static boolean isBlank(String text) {
    return text.chars().allMatch(Text::isSpace);
  }

  static String strip(String text) {
    return lstrip(rstrip(text));
  }

  static String lstrip(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  static String rstrip(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }

  /** Without those of {@code characters} at its start. */
  static String lstrip(String text, String characters) {
    int start = 0;
    while (start < text.length() && characters.indexOf(text.codePointAt(start)) >= 0) {
      start += Character.charCount(text.codePointAt(start));
    }
    return text.substring(start);
  }

  /** Without those of {@code characters} at its end. */
  static String rstrip(String text, String characters) {
    int end = text.length();
    while (end > 0 && characters.indexOf(text.codePointBefore(end)) >= 0) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(0, end);
  }

  static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  static String of(int[] codePoints) {
    return new String(codePoints, 0, codePoints.length);
  }

  /** As {@code str.capitalize}. */
  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    return titleCase(first) + text.substring(Character.charCount(first)).toLowerCase(Locale.ROOT);
  }

  /** As {@code str.title}: a letter behind a letter is small, any other is a capital. */
  static String title(String text) {
    StringBuilder titled = new StringBuilder();
    boolean inWord = false;
    for (int c : text.codePoints().toArray()) {
      titled.append(inWord ? Character.toString(c).toLowerCase(Locale.ROOT) : titleCase(c));
      inWord = Character.isLetter(c);
    }
    return titled.toString();
  }

  private static String titleCase(int c) {
    int titled = Character.toTitleCase(c);
    return titled == c
        ? Character.toString(c).toUpperCase(Locale.ROOT)
        : Character.toString(titled);
  }
}
