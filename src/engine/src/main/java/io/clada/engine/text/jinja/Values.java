package io.clada.engine.text.jinja;

import java.util.List;
import java.util.Map;

/**
 * The values of the language and what Python does with any of them. A value is a String, Boolean,
 * Long, Double, {@link None}, {@link Undefined}, a List, a Map, a {@link Function}, a {@link
 * Namespace} or a {@link Loop}; nothing else is ever one. Lists and maps do not change.
 */
final class Values {
  private Values() {}

  enum None {
    NONE
  }

  /**
   * What a name or an element that is not there evaluates to.
   *
   * @param what it would have been, for errors
   */
  record Undefined(String what) {
    JinjaException error() {
      return JinjaException.of(what + " is undefined");
    }
  }

  static boolean truth(Object value) {
    if (value instanceof Boolean bool) {
      return bool;
    } else if (value instanceof String text) {
      return !text.isEmpty();
    } else if (value instanceof Number number) {
      return number.doubleValue() != 0;
    } else if (value instanceof List<?> list) {
      return !list.isEmpty();
    } else if (value instanceof Map<?, ?> map) {
      return !map.isEmpty();
    }
    return value != None.NONE && !(value instanceof Undefined);
  }

  static boolean same(Object a, Object b, Budget budget) {
    budget.enter();
    boolean same;
    if (a instanceof List<?> list && b instanceof List<?> other) {
      same = (list instanceof Tuple) == (other instanceof Tuple) && same(list, other, budget);
    } else if (a instanceof Map<?, ?> map && b instanceof Map<?, ?> other) {
      same = same(map, other, budget);
    } else if (isNumber(a) && isNumber(b)) {
      same = Numbers.compare(a, b) == 0;
    } else if (a instanceof String text && b instanceof String other) {
      budget.spend(Math.min(text.length(), other.length()));
      same = text.equals(other);
    } else {
      same = a.equals(b);
    }
    budget.leave();
    return same;
  }

  private static boolean same(List<?> a, List<?> b, Budget budget) {
    if (a.size() != b.size()) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!same(a.get(i), b.get(i), budget)) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Map<?, ?> a, Map<?, ?> b, Budget budget) {
    if (a.size() != b.size()) {
      return false;
    }
    for (Map.Entry<?, ?> entry : a.entrySet()) {
      Object other = b.get(entry.getKey());
      if (other == null || !same(entry.getValue(), other, budget)) {
        return false;
      }
    }
    return true;
  }

  /** Order of numbers, strings and lists. */
  static int compare(Object a, Object b, Budget budget) {
    if (isNumber(a) && isNumber(b)) {
      return Numbers.compare(a, b);
    } else if (a instanceof String text && b instanceof String other) {
      budget.spend(Math.min(text.length(), other.length()));
      return compareCodePoints(text, other);
    } else if (a instanceof List<?> list && b instanceof List<?> other) {
      for (int i = 0; i < Math.min(list.size(), other.size()); i++) {
        if (!same(list.get(i), other.get(i), budget)) {
          budget.enter();
          int order = compare(list.get(i), other.get(i), budget);
          budget.leave();
          return order;
        }
      }
      return Integer.compare(list.size(), other.size());
    }
    throw JinjaException.of(typeOf(a) + " and " + typeOf(b) + " have no order");
  }

  /** Surrogates come before U+E000 to U+FFFF as chars, but stand for what comes behind. */
  private static int compareCodePoints(String a, String b) {
    int i = 0;
    while (i < a.length() && i < b.length() && a.charAt(i) == b.charAt(i)) {
      i++;
    }
    if (i == a.length() || i == b.length()) {
      return Integer.compare(a.length(), b.length());
    }
    return Integer.compare(a.codePointAt(i), b.codePointAt(i));
  }

  /** As Python's {@code in}. */
  static boolean contains(Object container, Object item, Budget budget) {
    if (container instanceof String text) {
      if (!(item instanceof String part)) {
        throw JinjaException.of("a string contains strings, not " + typeOf(item));
      }
      Strings.paySearch(text, part, budget);
      return text.contains(part);
    } else if (container instanceof Map<?, ?> map) {
      return map.containsKey(item);
    }
    for (Object element : elements(container, budget)) {
      if (same(element, item, budget)) {
        return true;
      }
    }
    return false;
  }

  /** What a loop goes over: the elements of a list, the keys of a map, a string's characters. */
  static List<?> elements(Object value, Budget budget) {
    if (value instanceof List<?> list) {
      budget.spendElements(list.size());
      return list;
    } else if (value instanceof Map<?, ?> map) {
      budget.spendElements(map.size());
      return List.copyOf(map.keySet());
    } else if (value instanceof String text) {
      budget.spendElements(text.length());
      return text.codePoints().mapToObj(Character::toString).toList();
    } else if (value instanceof Undefined) {
      return List.of();
    }
    throw JinjaException.of(typeOf(value) + " has no elements");
  }

  static long length(Object value) {
    if (value instanceof String text) {
      return Text.length(text);
    } else if (value instanceof List<?> list) {
      return list.size();
    } else if (value instanceof Map<?, ?> map) {
      return map.size();
    } else if (value instanceof Undefined) {
      return 0;
    }
    throw JinjaException.of(typeOf(value) + " has no length");
  }

  /** As Python's {@code int}, {@code bool} included, and {@code float}. */
  static boolean isNumber(Object value) {
    return value instanceof Long || value instanceof Double || value instanceof Boolean;
  }

  /** For errors. */
  static String typeOf(Object value) {
    if (value instanceof Undefined undefined) {
      return "an undefined value (" + undefined.what() + ")";
    } else if (value instanceof String) {
      return "a string";
    } else if (value instanceof Boolean) {
      return "a truth value";
    } else if (isNumber(value)) {
      return "a number";
    } else if (value instanceof List<?>) {
      return "a list";
    } else if (value instanceof Map<?, ?>) {
      return "a map";
    }
    return value == None.NONE ? "none" : "an object";
  }
}
