package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.None;
import io.clada.engine.text.jinja.Values.Undefined;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** {@code value is name}. */
final class Tests {
  private static final Map<String, String> COMPARISONS =
      Map.ofEntries(
          Map.entry("eq", "=="),
          Map.entry("equalto", "=="),
          Map.entry("ne", "!="),
          Map.entry("lt", "<"),
          Map.entry("lessthan", "<"),
          Map.entry("le", "<="),
          Map.entry("gt", ">"),
          Map.entry("greaterthan", ">"),
          Map.entry("ge", ">="),
          Map.entry("in", "in"));

  private Tests() {}

  static boolean check(String name, Object value, Arguments arguments, Budget budget) {
    String comparison = COMPARISONS.getOrDefault(name, name);
    if (COMPARISONS.containsValue(comparison)) {
      return Operators.holds(comparison, value, arguments.required(0, "other"), budget);
    }
    return switch (name) {
      case "defined" -> !(value instanceof Undefined);
      case "undefined" -> value instanceof Undefined;
      case "none" -> value == None.NONE;
      case "string" -> value instanceof String;
      case "number" -> Values.isNumber(value);
      case "integer" -> value instanceof Long;
      case "float" -> value instanceof Double;
      case "boolean" -> value instanceof Boolean;
      case "true" -> value.equals(true);
      case "false" -> value.equals(false);
      case "mapping" -> value instanceof Map<?, ?>;
      case "iterable", "sequence" ->
          value instanceof List<?>
              || value instanceof Map<?, ?>
              || value instanceof String
              || value instanceof Undefined;
      case "callable" -> value instanceof Function;
      case "odd" -> Math.floorMod(Numbers.whole(value), 2L) == 1;
      case "even" -> Math.floorMod(Numbers.whole(value), 2L) == 0;
      case "divisibleby" -> Numbers.apply("%", value, arguments.required(0, "num")).equals(0L);
      case "lower" -> isCase(value, true, budget);
      case "upper" -> isCase(value, false, budget);
      default -> throw JinjaException.of("the test '" + name + "' is not supported");
    };
  }

  private static boolean isCase(Object value, boolean lower, Budget budget) {
    String text = Printed.of(value, budget);
    budget.spend(text.length());
    String cased = lower ? text.toLowerCase(Locale.ROOT) : text.toUpperCase(Locale.ROOT);
    return text.equals(cased) && text.codePoints().anyMatch(Character::isLetter);
  }
}
