package io.clada.engine.text.jinja;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts the inside of a tag into tokens. */
final class TagLexer {
  // Behind a dot a number is an index: messages.0.role.
  private static final Pattern FLOAT =
      Pattern.compile("(?<!\\.)\\d+(?:\\.\\d+(?:[eE][+-]?\\d+)?|[eE][+-]?\\d+)");
  private static final Pattern INTEGER = Pattern.compile("\\d+");
  private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");
  private static final Set<String> LONG_OPERATORS = Set.of("//", "**", "==", "!=", ">=", "<=");
  private static final String OPERATORS = "+-/*%~[](){}<>=.:|,";

  private final String source;
  private final List<Token> tokens;
  private int at;
  private int line;
  private int open;

  TagLexer(String source, List<Token> tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  /**
   * Reads up to the end of the tag.
   *
   * @param close {@code }}} or {@code %}}, perhaps with a sign before
   * @return where the end begins, at its sign if it has one
   */
  int read(int from, int fromLine, String close) {
    at = from;
    line = fromLine;
    open = 0;
    while (true) {
      skipSpace();
      if (at >= source.length()) {
        throw JinjaException.syntax("a tag is not closed by '" + close + "'", fromLine);
      }
      if (open == 0 && (source.startsWith(close, at) || signed(close))) {
        return at;
      }
      token();
    }
  }

  private boolean signed(String close) {
    char sign = source.charAt(at);
    return (sign == '-' || (sign == '+' && close.equals("%}"))) && source.startsWith(close, at + 1);
  }

  private void skipSpace() {
    while (at < source.length() && Text.isSpace(source.charAt(at))) {
      if (source.charAt(at) == '\n') {
        line++;
      }
      at++;
    }
  }

  private void token() {
    char c = source.charAt(at);
    if (c == '\'' || c == '"') {
      string(c);
    } else if (!matched(NAME, Token.Type.NAME)
        && !matched(FLOAT, Token.Type.FLOAT)
        && !matched(INTEGER, Token.Type.INTEGER)) {
      operator(c);
    }
  }

  private boolean matched(Pattern pattern, Token.Type type) {
    Matcher matcher =
        pattern.matcher(source).region(at, source.length()).useTransparentBounds(true);
    if (!matcher.lookingAt()) {
      return false;
    }
    tokens.add(new Token(type, matcher.group(), line));
    at = matcher.end();
    return true;
  }

  private void operator(char c) {
    if (at + 1 < source.length() && LONG_OPERATORS.contains(source.substring(at, at + 2))) {
      tokens.add(new Token(Token.Type.OPERATOR, source.substring(at, at + 2), line));
      at += 2;
      return;
    }
    if (OPERATORS.indexOf(c) < 0) {
      throw JinjaException.syntax("unexpected character '" + c + "'", line);
    }
    open += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
    if (open < 0) {
      throw JinjaException.syntax("unexpected '" + c + "'", line);
    }
    tokens.add(new Token(Token.Type.OPERATOR, String.valueOf(c), line));
    at++;
  }

  private void string(char quote) {
    int begin = line;
    StringBuilder text = new StringBuilder();
    for (int i = at + 1; i < source.length(); i++) {
      char c = source.charAt(i);
      if (c == quote) {
        tokens.add(new Token(Token.Type.STRING, text.toString(), begin));
        at = i + 1;
        return;
      }
      if (c == '\n') {
        line++;
      }
      if (c == '\\' && i + 1 < source.length()) {
        i = escape(i + 1, text);
      } else {
        text.append(c);
      }
    }
    throw JinjaException.syntax("a string is not closed by " + quote, begin);
  }

  /** As Python reads escapes; one that it does not know stays as it is. Returns its last index. */
  private int escape(int i, StringBuilder text) {
    char c = source.charAt(i);
    int plain = "nrt\\'\"abfv".indexOf(c);
    if (plain >= 0) {
      text.append("\n\r\t\\'\"\u0007\b\f\u000b".charAt(plain));
      return i;
    }
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits > 0) {
      return hex(i + 1, digits, text);
    }
    if (c == '\n') {
      line++;
      return i;
    }
    text.append('\\').append(c);
    return i;
  }

  private int hex(int from, int digits, StringBuilder text) {
    try {
      text.appendCodePoint(Integer.parseInt(source.substring(from, from + digits), 16));
      return from + digits - 1;
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw JinjaException.syntax("an escape in a string needs " + digits + " hex digits", line);
    }
  }
}
