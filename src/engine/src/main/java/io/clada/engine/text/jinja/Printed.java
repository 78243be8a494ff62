package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.None;
import io.clada.engine.text.jinja.Values.Undefined;
import java.util.List;
import java.util.Map;

/** Values as text: {@code str} of Python outside, {@code repr} within lists and maps. */
final class Printed {
  private final StringBuilder out = new StringBuilder();
  private final Budget budget;

  private Printed(Budget budget) {
    this.budget = budget;
  }

  static String of(Object value, Budget budget) {
    if (value instanceof String text) {
      return text;
    } else if (value instanceof Undefined) {
      return "";
    }
    Printed printed = new Printed(budget);
    printed.repr(value);
    return printed.out.toString();
  }

  private void repr(Object value) {
    budget.enter();
    if (value instanceof String text) {
      quote(text);
    } else if (value instanceof Boolean bool) {
      out.append(bool ? "True" : "False");
    } else if (value instanceof Double real) {
      budget.spend(Budget.LONG);
      out.append(Numbers.text(real));
    } else if (value instanceof Long) {
      out.append(value);
    } else if (value == None.NONE) {
      out.append("None");
    } else if (value instanceof Undefined) {
      out.append("Undefined");
    } else if (value instanceof List<?> list) {
      boolean tuple = value instanceof Tuple;
      out.append(tuple ? '(' : '[');
      String separator = "";
      for (Object item : list) {
        out.append(separator);
        repr(item);
        separator = ", ";
      }
      out.append(tuple ? list.size() == 1 ? ",)" : ")" : "]");
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else {
      throw JinjaException.of("an object, such as a function or a namespace, is no text");
    }
    budget.leave();
  }

  private void map(Map<?, ?> map) {
    out.append('{');
    String separator = "";
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      out.append(separator);
      repr(entry.getKey());
      out.append(": ");
      repr(entry.getValue());
      separator = ", ";
    }
    out.append('}');
  }

  private void quote(String text) {
    budget.spend(text.length());
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints().forEach(c -> character(c, quote));
    out.append(quote);
  }

  private void character(int c, char quote) {
    switch (c) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c == quote || c == '\\') {
          out.append('\\').append((char) c);
        } else if (isPrintable(c)) {
          out.appendCodePoint(c);
        } else {
          out.append((c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x").formatted(c));
        }
      }
    }
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
