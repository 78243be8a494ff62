package io.clada.engine.eval;

/** Text within HTML and SVG. */
final class Html {
  private Html() {}

  /**
   * Safe as text and within quotes. Control characters, which HTML does not allow, become U+FFFD.
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        case '\'' -> escaped.append("&#39;");
        default -> escaped.append(Character.isISOControl(c) && !isSpace(c) ? '\uFFFD' : c);
      }
    }
    return escaped.toString();
  }

  private static boolean isSpace(char c) {
    return c == '\n' || c == '\t' || c == '\r';
  }
}
