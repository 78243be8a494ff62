package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.None;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** {@code tojson} as transformers defines it: {@code json.dumps} without escapes for HTML. */
final class Json {
  private static final int MOST_INDENT = 64;

  private final StringBuilder out = new StringBuilder();
  private final Budget budget;
  private final boolean ascii;
  private final boolean sorted;
  private final int indent;
  private final String betweenItems;
  private final String afterKey;

  private Json(Arguments options, Budget budget) {
    this.budget = budget;
    options.atMost(4, "ensure_ascii", "indent", "separators", "sort_keys");
    ascii = Values.truth(options.get(0, "ensure_ascii", false));
    Object spaces = options.get(1, "indent", None.NONE);
    indent = spaces == None.NONE ? -1 : (int) Math.min(Numbers.whole(spaces), MOST_INDENT);
    Object separators = options.get(2, "separators", None.NONE);
    if (separators == None.NONE) {
      betweenItems = indent < 0 ? ", " : ",";
      afterKey = ": ";
    } else if (separators instanceof List<?> two
        && two.size() == 2
        && two.get(0) instanceof String item
        && two.get(1) instanceof String key) {
      betweenItems = item;
      afterKey = key;
    } else {
      throw JinjaException.of("tojson: separators must be two strings");
    }
    sorted = Values.truth(options.get(3, "sort_keys", false));
  }

  static String of(Object value, Arguments options, Budget budget) {
    Json json = new Json(options, budget);
    json.value(value, 0);
    return json.out.toString();
  }

  private void value(Object value, int level) {
    budget.enter();
    if (value instanceof String text) {
      string(text);
    } else if (value instanceof Boolean || value instanceof Long) {
      out.append(value);
    } else if (value instanceof Double real) {
      budget.spend(Budget.LONG);
      out.append(real.isNaN() ? "NaN" : Numbers.text(real).replace("inf", "Infinity"));
    } else if (value == None.NONE) {
      out.append("null");
    } else if (value instanceof List<?> list) {
      list(list, level);
    } else if (value instanceof Map<?, ?> map) {
      map(map, level);
    } else {
      throw JinjaException.of("tojson: " + Values.typeOf(value) + " is no JSON");
    }
    budget.leave();
  }

  private void list(List<?> list, int level) {
    out.append('[');
    for (int i = 0; i < list.size(); i++) {
      out.append(i == 0 ? "" : betweenItems);
      newLine(level + 1);
      value(list.get(i), level + 1);
    }
    if (!list.isEmpty()) {
      newLine(level);
    }
    out.append(']');
  }

  private void map(Map<?, ?> map, int level) {
    out.append('{');
    List<Map.Entry<?, ?>> entries = new ArrayList<>(map.entrySet());
    if (sorted) {
      entries.sort(Comparator.comparing(Map.Entry::getKey, (a, b) -> Values.compare(a, b, budget)));
    }
    boolean first = true;
    for (Map.Entry<?, ?> entry : entries) {
      out.append(first ? "" : betweenItems);
      first = false;
      newLine(level + 1);
      key(entry.getKey());
      out.append(afterKey);
      value(entry.getValue(), level + 1);
    }
    if (!first) {
      newLine(level);
    }
    out.append('}');
  }

  private void key(Object key) {
    if (key instanceof String text) {
      string(text);
    } else {
      out.append('"');
      value(key, 0);
      out.append('"');
    }
  }

  private void newLine(int level) {
    if (indent >= 0) {
      budget.spend((long) indent * level);
      out.append('\n').append(" ".repeat(indent * level));
    }
  }

  private void string(String text) {
    budget.spend(text.length());
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int escape = "\"\\\n\r\t\b\f".indexOf(c);
      if (escape >= 0) {
        out.append('\\').append("\"\\nrtbf".charAt(escape));
      } else if (c < 0x20 || (ascii && c > 0x7e)) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
