package io.clada.engine.text;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** A date as C's {@code strftime} writes it in English. */
final class Strftime {
  /** Directives, as patterns of {@link DateTimeFormatter}. */
  private static final Map<Character, DateTimeFormatter> PATTERNS =
      Map.ofEntries(
          pattern('a', "EEE"),
          pattern('A', "EEEE"),
          pattern('b', "MMM"),
          pattern('B', "MMMM"),
          pattern('d', "dd"),
          pattern('D', "MM/dd/yy"),
          pattern('e', "ppd"),
          pattern('f', "SSSSSS"),
          pattern('F', "yyyy-MM-dd"),
          pattern('h', "MMM"),
          pattern('H', "HH"),
          pattern('I', "hh"),
          pattern('j', "DDD"),
          pattern('m', "MM"),
          pattern('M', "mm"),
          pattern('p', "a"),
          pattern('R', "HH:mm"),
          pattern('S', "ss"),
          pattern('T', "HH:mm:ss"),
          pattern('y', "yy"),
          pattern('Y', "yyyy"));

  private Strftime() {}

  private static Map.Entry<Character, DateTimeFormatter> pattern(char directive, String pattern) {
    return Map.entry(directive, DateTimeFormatter.ofPattern(pattern, Locale.US));
  }

  /** A directive that is not known stays as it is. */
  static String format(String format, LocalDateTime time) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      int at = i + 1;
      boolean unpadded = c == '%' && at < format.length() && format.charAt(at) == '-';
      at += unpadded ? 1 : 0;
      if (c != '%' || at >= format.length()) {
        out.append(c);
        continue;
      }
      DateTimeFormatter formatter = PATTERNS.get(format.charAt(at));
      if (formatter != null) {
        String text = formatter.format(time);
        out.append(unpadded ? text.replaceFirst("^[0 ]+(?=.)", "") : text);
      } else if (format.charAt(at) == '%') {
        out.append('%');
      } else {
        out.append(format, i, at + 1);
      }
      i = at;
    }
    return out.toString();
  }
}
