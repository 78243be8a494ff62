package io.clada.engine.text.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a template into text and the tokens of its tags. What of the white space around a tag
 * belongs to the text is decided here: {@code -} strips it, a line break behind a tag goes
 * (trim_blocks), and so does the space in front of a tag that begins its line (lstrip_blocks),
 * unless {@code +} keeps it.
 */
final class Lexer {
  private static final Pattern RAW = Pattern.compile("\\s*raw\\s*(?:-%\\}\\s*|%\\})");
  private static final Pattern END_RAW =
      Pattern.compile("\\{%([-+]?)\\s*endraw\\s*(?:\\+%\\}|-%\\}\\s*|%\\}\\n?)");

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private final TagLexer tags;
  private int at;
  private int line = 1;
  private boolean lineBegins = true;

  private Lexer(String source) {
    this.source = source;
    tags = new TagLexer(source, tokens);
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    Lexer lexer =
        new Lexer(source.endsWith("\n") ? source.substring(0, source.length() - 1) : source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    int begin = nextTag();
    while (begin >= 0) {
      char kind = source.charAt(begin + 1);
      char sign = begin + 2 < source.length() ? source.charAt(begin + 2) : ' ';
      boolean signed = sign == '-' || sign == '+';
      data(begin, signed ? sign : ' ', kind != '{');
      advance(begin + (signed ? 3 : 2));
      switch (kind) {
        case '#' -> comment();
        case '{' -> tag(Token.Type.PRINT_BEGIN, Token.Type.PRINT_END, "}}");
        default -> {
          Matcher raw = RAW.matcher(source).region(at, source.length());
          if (raw.lookingAt()) {
            advance(raw.end());
            raw();
          } else {
            tag(Token.Type.BLOCK_BEGIN, Token.Type.BLOCK_END, "%}");
          }
        }
      }
      begin = nextTag();
    }
    data(source.length(), ' ', false);
    tokens.add(new Token(Token.Type.END, "", line));
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** The text up to {@code end}, where a tag with this sign follows. */
  private void data(int end, char sign, boolean stripsLine) {
    String text = source.substring(at, end);
    if (sign == '-') {
      text = Text.rstrip(text);
    } else if (sign != '+' && stripsLine) {
      int lineStart = text.lastIndexOf('\n') + 1;
      if ((lineStart > 0 || lineBegins) && Text.isBlank(text.substring(lineStart))) {
        text = text.substring(0, lineStart);
      }
    }
    if (!text.isEmpty()) {
      tokens.add(new Token(Token.Type.DATA, text, line));
    }
    advance(end);
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw JinjaException.syntax("a comment is not closed", line);
    }
    advance(closeOf(end + 2, end > at ? source.charAt(end - 1) : ' ', true));
  }

  private void raw() {
    Matcher end = END_RAW.matcher(source).region(at, source.length());
    if (!end.find()) {
      throw JinjaException.syntax("'raw' is not closed by 'endraw'", line);
    }
    String sign = end.group(1);
    data(end.start(), sign.isEmpty() ? ' ' : sign.charAt(0), true);
    advance(end.end());
  }

  private void tag(Token.Type begin, Token.Type end, String close) {
    tokens.add(new Token(begin, "", line));
    int closing = tags.read(at, line, close);
    char sign = source.charAt(closing);
    int behind = closing + (sign == close.charAt(0) ? 2 : 3);
    advance(closing);
    tokens.add(new Token(end, "", line));
    advance(closeOf(behind, sign, end == Token.Type.BLOCK_END));
  }

  /** Where the text goes on after a tag, given the sign that closes it. */
  private int closeOf(int behind, char sign, boolean trims) {
    int next = behind;
    if (sign == '-') {
      while (next < source.length() && Text.isSpace(source.charAt(next))) {
        next++;
      }
    } else if (trims && sign != '+' && next < source.length() && source.charAt(next) == '\n') {
      next++;
    }
    return next;
  }

  private void advance(int to) {
    for (int i = at; i < to; i++) {
      if (source.charAt(i) == '\n') {
        line++;
      }
    }
    if (to > at) {
      lineBegins = source.charAt(to - 1) == '\n';
    }
    at = to;
  }
}
