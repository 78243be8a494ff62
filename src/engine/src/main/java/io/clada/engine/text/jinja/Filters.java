package io.clada.engine.text.jinja;

import static java.util.Map.entry;

import io.clada.engine.text.jinja.Values.Undefined;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code value | name}. */
final class Filters {
  private interface Filter {
    Object apply(Object value, Arguments arguments, Budget budget);
  }

  private static final Map<String, Filter> FILTERS =
      Map.ofEntries(
          entry("tojson", Json::of),
          entry("trim", (value, given, budget) -> call(value, "strip", given, budget)),
          entry("upper", (value, given, budget) -> call(value, "upper", given, budget)),
          entry("lower", (value, given, budget) -> call(value, "lower", given, budget)),
          entry("capitalize", (value, given, budget) -> call(value, "capitalize", given, budget)),
          entry("title", (value, given, budget) -> title(text(value, budget), budget)),
          entry("replace", (value, given, budget) -> call(value, "replace", given, budget)),
          entry("string", (value, given, budget) -> text(value, budget)),
          entry("safe", (value, given, budget) -> text(value, budget)),
          entry("indent", (value, given, budget) -> indent(text(value, budget), given, budget)),
          entry("default", (value, given, budget) -> otherwise(value, given)),
          entry("d", (value, given, budget) -> otherwise(value, given)),
          entry("length", (value, given, budget) -> Values.length(value)),
          entry("count", (value, given, budget) -> Values.length(value)),
          entry("items", (value, given, budget) -> items(value, budget)),
          entry("int", (value, given, budget) -> whole(value, given, budget)),
          entry("float", (value, given, budget) -> real(value, given, budget)),
          entry("abs", (value, given, budget) -> abs(value)),
          entry("round", (value, given, budget) -> round(value, given)),
          entry("list", (value, given, budget) -> List.copyOf(Values.elements(value, budget))),
          entry("first", (value, given, budget) -> Lists.at(value, 0, budget)),
          entry("last", (value, given, budget) -> Lists.at(value, -1, budget)),
          entry("join", Lists::join),
          entry("map", Lists::map),
          entry("select", (value, given, budget) -> Lists.select(value, given, true, budget)),
          entry("reject", (value, given, budget) -> Lists.select(value, given, false, budget)),
          entry("selectattr", (value, given, budget) -> Lists.selectBy(value, given, true, budget)),
          entry(
              "rejectattr", (value, given, budget) -> Lists.selectBy(value, given, false, budget)),
          entry("reverse", (value, given, budget) -> Lists.reversed(value, budget)),
          entry("sort", Lists::sorted),
          entry("dictsort", (value, given, budget) -> Lists.sortedItems(value, budget)),
          entry("unique", (value, given, budget) -> Lists.unique(value, budget)),
          entry("sum", (value, given, budget) -> Lists.sum(value, budget)),
          entry("min", (value, given, budget) -> Lists.extreme(value, -1, budget)),
          entry("max", (value, given, budget) -> Lists.extreme(value, 1, budget)));

  private Filters() {}

  static Object apply(String name, Object value, Arguments arguments, Budget budget) {
    Filter filter = FILTERS.get(name);
    if (filter == null) {
      throw JinjaException.of("the filter '" + name + "' is not supported");
    }
    return filter.apply(value, arguments, budget);
  }

  private static String text(Object value, Budget budget) {
    String text = Printed.of(value, budget);
    budget.spend(text.length());
    return text;
  }

  private static Object call(Object value, String method, Arguments arguments, Budget budget) {
    Object function = Members.attribute(text(value, budget), method, budget);
    return ((Function) function).call(arguments);
  }

  private static Object otherwise(Object value, Arguments arguments) {
    arguments.atMost(2, "default_value", "boolean");
    boolean falseToo = Values.truth(arguments.get(1, "boolean", false));
    return value instanceof Undefined || (falseToo && !Values.truth(value))
        ? arguments.get(0, "default_value", "")
        : value;
  }

  private static Object items(Object value, Budget budget) {
    if (value instanceof Map<?, ?> map) {
      return Maps.items(map, budget);
    } else if (value instanceof Undefined) {
      return List.of();
    }
    throw JinjaException.of("items: " + Values.typeOf(value) + " is no map");
  }

  /** Unlike the method: a capital behind white space, a dash and an opening bracket only. */
  private static String title(String text, Budget budget) {
    budget.spend(4L * text.length());
    StringBuilder titled = new StringBuilder();
    boolean begins = true;
    for (int c : text.codePoints().toArray()) {
      String letter = Character.toString(c);
      titled.append(begins ? letter.toUpperCase(Locale.ROOT) : letter.toLowerCase(Locale.ROOT));
      begins = Text.isSpace(c) || "-({[<".indexOf(c) >= 0;
    }
    return titled.toString();
  }

  private static String indent(String text, Arguments arguments, Budget budget) {
    Object width = arguments.atMost(3, "width", "first", "blank").get(0, "width", 4L);
    String indention =
        width instanceof String given ? given : (String) Operators.apply("*", " ", width, budget);
    boolean first = Values.truth(arguments.get(1, "first", false));
    boolean blank = Values.truth(arguments.get(2, "blank", false));
    String[] lines = text.split("\n", -1);
    budget.spend(text.length() + (long) indention.length() * lines.length);
    StringBuilder indented = new StringBuilder();
    for (int i = 0; i < lines.length; i++) {
      indented.append(i == 0 ? "" : "\n");
      if (i == 0 ? first : blank || !lines[i].isEmpty()) {
        indented.append(indention);
      }
      indented.append(lines[i]);
    }
    return indented.toString();
  }

  private static Object whole(Object value, Arguments arguments, Budget budget) {
    if (value instanceof Double real && Double.isFinite(real)) {
      return real.longValue();
    } else if (Values.isNumber(value) && !(value instanceof Double)) {
      return Numbers.whole(value);
    }
    Object real = real(value, arguments, budget);
    return real instanceof Double number && Double.isFinite(number)
        ? (Object) number.longValue()
        : arguments.get(0, "default", 0L);
  }

  private static Object real(Object value, Arguments arguments, Budget budget) {
    budget.spend(value instanceof String text ? 4L * text.length() : 1);
    try {
      return value instanceof String text
          ? (Object) Double.valueOf(Text.strip(text))
          : Numbers.real(value);
    } catch (NumberFormatException | JinjaException e) {
      return arguments.get(0, "default", 0.0);
    }
  }

  private static Object abs(Object value) {
    return value instanceof Double real ? (Object) Math.abs(real) : Math.abs(Numbers.whole(value));
  }

  private static Object round(Object value, Arguments arguments) {
    double number = Numbers.real(value);
    int digits =
        (int) Math.max(-20, Math.min(20, Numbers.whole(arguments.get(0, "precision", 0L))));
    Object method = arguments.atMost(2, "precision", "method").get(1, "method", "common");
    double scale = Math.pow(10, digits);
    if (method.equals("ceil")) {
      return Math.ceil(number * scale) / scale;
    } else if (method.equals("floor")) {
      return Math.floor(number * scale) / scale;
    }
    return Numbers.round(number, digits);
  }
}
