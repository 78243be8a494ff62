package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.None;
import io.clada.engine.text.jinja.Values.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The filters of lists. Where Jinja hands out a generator, this makes the list at once. */
final class Lists {
  private Lists() {}

  static Object at(Object value, int index, Budget budget) {
    List<?> items = Values.elements(value, budget);
    if (items.isEmpty()) {
      return new Undefined("the first or last of nothing");
    }
    return items.get(index < 0 ? items.size() - 1 : index);
  }

  static Object join(Object value, Arguments arguments, Budget budget) {
    arguments.atMost(2, "d", "attribute");
    String separator = Printed.of(arguments.get(0, "d", ""), budget);
    Object attribute = arguments.get(1, "attribute", None.NONE);
    List<String> texts = new ArrayList<>();
    for (Object item : Values.elements(value, budget)) {
      texts.add(Printed.of(path(item, attribute, budget), budget));
    }
    return Strings.join(separator, texts, budget);
  }

  static Object map(Object value, Arguments arguments, Budget budget) {
    Object attribute = arguments.byName().get("attribute");
    List<Object> mapped = new ArrayList<>();
    for (Object item : Values.elements(value, budget)) {
      budget.enter();
      if (attribute == null) {
        mapped.add(Filters.apply(arguments.text(0, "filter"), item, arguments.from(1), budget));
      } else {
        Object found = path(item, attribute, budget);
        Object otherwise = arguments.byName().get("default");
        mapped.add(found instanceof Undefined && otherwise != null ? otherwise : found);
      }
      budget.leave();
    }
    return mapped;
  }

  static Object select(Object value, Arguments arguments, boolean wanted, Budget budget) {
    return select(value, None.NONE, arguments, wanted, budget);
  }

  static Object selectBy(Object value, Arguments arguments, boolean wanted, Budget budget) {
    return select(value, arguments.required(0, "attribute"), arguments.from(1), wanted, budget);
  }

  private static Object select(
      Object value, Object attribute, Arguments test, boolean wanted, Budget budget) {
    List<Object> selected = new ArrayList<>();
    for (Object item : Values.elements(value, budget)) {
      Object tested = path(item, attribute, budget);
      boolean holds =
          test.byPlace().isEmpty()
              ? Values.truth(tested)
              : Tests.check(test.text(0, "test"), tested, test.from(1), budget);
      if (holds == wanted) {
        selected.add(item);
      }
    }
    return selected;
  }

  /** An attribute, by name, by index or by names with dots between; none is the item itself. */
  private static Object path(Object item, Object attribute, Budget budget) {
    if (attribute == None.NONE) {
      return item;
    } else if (attribute instanceof String names) {
      Object found = item;
      for (String name : names.split("\\.", -1)) {
        budget.spend(1);
        found = Members.item(found, name, budget);
      }
      return found;
    }
    return Members.item(item, attribute, budget);
  }

  static Object reversed(Object value, Budget budget) {
    if (value instanceof String text) {
      return Members.slice(text, null, null, -1L, budget);
    }
    List<Object> items = new ArrayList<>(Values.elements(value, budget));
    Collections.reverse(items);
    return items;
  }

  static Object sorted(Object value, Arguments arguments, Budget budget) {
    arguments.atMost(3, "reverse", "case_sensitive", "attribute");
    boolean caseCounts = Values.truth(arguments.get(1, "case_sensitive", false));
    Object attribute = arguments.get(2, "attribute", None.NONE);
    List<Object> items = new ArrayList<>(Values.elements(value, budget));
    Comparator<Object> order =
        Comparator.comparing(
            item -> key(path(item, attribute, budget), caseCounts),
            (a, b) -> Values.compare(a, b, budget));
    items.sort(Values.truth(arguments.get(0, "reverse", false)) ? order.reversed() : order);
    return items;
  }

  private static Object key(Object value, boolean caseCounts) {
    return value instanceof String text && !caseCounts ? text.toLowerCase(Locale.ROOT) : value;
  }

  static Object sortedItems(Object value, Budget budget) {
    if (!(value instanceof Map<?, ?> map)) {
      throw JinjaException.of("dictsort: " + Values.typeOf(value) + " is no map");
    }
    List<Object> items = new ArrayList<>(Maps.items(map, budget));
    items.sort(
        Comparator.comparing(
            item -> key(((Tuple) item).get(0), false), (a, b) -> Values.compare(a, b, budget)));
    return items;
  }

  static Object unique(Object value, Budget budget) {
    List<Object> unique = new ArrayList<>();
    List<Object> seen = new ArrayList<>();
    for (Object item : Values.elements(value, budget)) {
      Object key = key(item, false);
      if (!Values.contains(seen, key, budget)) {
        seen.add(key);
        unique.add(item);
      }
    }
    return unique;
  }

  static Object sum(Object value, Budget budget) {
    Object sum = 0L;
    for (Object item : Values.elements(value, budget)) {
      sum = Numbers.apply("+", sum, item);
    }
    return sum;
  }

  static Object extreme(Object value, int sign, Budget budget) {
    Object best = new Undefined("the least or most of nothing");
    for (Object item : Values.elements(value, budget)) {
      if (best instanceof Undefined
          || Values.compare(key(item, false), key(best, false), budget) * sign > 0) {
        best = item;
      }
    }
    return best;
  }
}
