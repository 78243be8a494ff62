package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.Undefined;
import java.util.ArrayList;
import java.util.List;

/** Operators between two values. */
final class Operators {
  private Operators() {}

  static Object apply(String operator, Object a, Object b, Budget budget) {
    if (operator.equals("~")) {
      return join(Printed.of(a, budget), Printed.of(b, budget), budget);
    }
    if (a instanceof Undefined undefined) {
      throw undefined.error();
    } else if (b instanceof Undefined undefined) {
      throw undefined.error();
    }
    if (operator.equals("+") && a instanceof String text && b instanceof String other) {
      return join(text, other, budget);
    } else if (operator.equals("+") && a instanceof List<?> list && b instanceof List<?> other) {
      budget.spendElements((long) list.size() + other.size());
      List<Object> both = new ArrayList<>(list);
      both.addAll(other);
      return list instanceof Tuple ? new Tuple(both) : List.copyOf(both);
    } else if (operator.equals("*") && (a instanceof String || a instanceof List<?>)) {
      return repeated(a, Numbers.whole(b), budget);
    }
    return Numbers.apply(operator, a, b);
  }

  private static String join(String a, String b, Budget budget) {
    budget.spend((long) a.length() + b.length());
    return a.concat(b);
  }

  private static Object repeated(Object value, long wanted, Budget budget) {
    long times = Math.max(0, wanted);
    if (value instanceof String text) {
      budget.spend(saturated(times, text.length()));
      return text.isEmpty() ? "" : text.repeat((int) times);
    }
    List<?> list = (List<?>) value;
    budget.spendElements(saturated(times, list.size()));
    List<Object> items = new ArrayList<>();
    for (long i = 0; i < (list.isEmpty() ? 0 : times); i++) {
      items.addAll(list);
    }
    return List.copyOf(items);
  }

  /** The product, or more than any budget. */
  private static long saturated(long times, long size) {
    return size > 0 && times > Budget.MOST_UNITS / size ? Budget.MOST_UNITS + 1 : times * size;
  }

  static boolean holds(String operator, Object a, Object b, Budget budget) {
    return switch (operator) {
      case "==" -> Values.same(a, b, budget);
      case "!=" -> !Values.same(a, b, budget);
      case "in" -> Values.contains(b, a, budget);
      case "not in" -> !Values.contains(b, a, budget);
      case "<" -> Values.compare(a, b, budget) < 0;
      case "<=" -> Values.compare(a, b, budget) <= 0;
      case ">" -> Values.compare(a, b, budget) > 0;
      default -> Values.compare(a, b, budget) >= 0;
    };
  }
}
