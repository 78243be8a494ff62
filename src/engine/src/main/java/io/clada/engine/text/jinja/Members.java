package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.Undefined;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is inside a value: attributes, methods, elements, slices. */
final class Members {
  private Members() {}

  /** {@code value.name}: as in Jinja a method comes before a key of a map. */
  static Object attribute(Object value, String name, Budget budget) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    Object method = method(value, name, budget);
    if (method != null) {
      return method;
    } else if (value instanceof Map<?, ?> map) {
      return element(map, name);
    } else if (value instanceof Namespace namespace) {
      return namespace.get(name);
    } else if (value instanceof Loop loop) {
      return loop.get(name);
    }
    return new Undefined("'" + name + "' of " + Values.typeOf(value));
  }

  /** {@code value[key]}: as in Jinja a key of a map comes before a method. */
  static Object item(Object value, Object key, Budget budget) {
    if (value instanceof Undefined undefined) {
      throw undefined.error();
    } else if (value instanceof Map<?, ?> map && map.containsKey(key)) {
      return element(map, key);
    } else if (value instanceof List<?> list && Values.isNumber(key)) {
      long index = index(Numbers.whole(key), list.size());
      return index < 0 ? missing(key, budget) : list.get((int) index);
    } else if (value instanceof String text && Values.isNumber(key)) {
      budget.spend(text.length());
      long index = index(Numbers.whole(key), Text.length(text));
      return index < 0
          ? missing(key, budget)
          : Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) index)));
    }
    return key instanceof String name ? attribute(value, name, budget) : missing(key, budget);
  }

  private static Object element(Map<?, ?> map, Object key) {
    Object value = map.get(key);
    return value == null ? new Undefined("'" + key + "' of a map") : value;
  }

  private static @Nullable Object method(Object value, String name, Budget budget) {
    if (value instanceof String text) {
      return Strings.method(text, name, budget);
    } else if (value instanceof Map<?, ?> map) {
      return Maps.method(map, name, budget);
    }
    return null;
  }

  private static Undefined missing(Object key, Budget budget) {
    return new Undefined("element " + Printed.of(key, budget));
  }

  /** From the front, also where it counts from the end; -1 if it is outside. */
  private static long index(long index, int length) {
    long fromStart = index < 0 ? index + length : index;
    return fromStart < 0 || fromStart >= length ? -1 : fromStart;
  }

  static Object slice(
      Object value, @Nullable Long from, @Nullable Long to, @Nullable Long step, Budget budget) {
    if (value instanceof String text) {
      budget.spend(4L * text.length());
      int[] codePoints = text.codePoints().toArray();
      int[] taken = indices(codePoints.length, from, to, step);
      for (int i = 0; i < taken.length; i++) {
        taken[i] = codePoints[taken[i]];
      }
      return Text.of(taken);
    } else if (value instanceof List<?> list) {
      budget.spendElements(list.size());
      List<Object> taken = new ArrayList<>();
      for (int index : indices(list.size(), from, to, step)) {
        taken.add(list.get(index));
      }
      return list instanceof Tuple ? new Tuple(taken) : List.copyOf(taken);
    } else if (value instanceof Undefined undefined) {
      throw undefined.error();
    }
    throw JinjaException.of(Values.typeOf(value) + " cannot be sliced");
  }

  private static int[] indices(
      int length, @Nullable Long from, @Nullable Long to, @Nullable Long step) {
    long by = step == null ? 1 : Math.max(-length - 1L, Math.min(length + 1L, step));
    if (by == 0) {
      throw JinjaException.of("a slice with step 0");
    }
    // As Python clips: going backwards, the place before the first element is an end too.
    long least = by > 0 ? 0 : -1;
    long most = by > 0 ? length : length - 1L;
    long start = from == null ? (by > 0 ? least : most) : clip(from, length, least, most);
    long end = to == null ? (by > 0 ? most : least) : clip(to, length, least, most);
    long count = by > 0 ? (end - start + by - 1) / by : (start - end - by - 1) / -by;
    int[] indices = new int[(int) Math.max(0, count)];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = (int) (start + i * by);
    }
    return indices;
  }

  private static long clip(long bound, int length, long least, long most) {
    return Math.max(least, Math.min(most, bound < 0 ? bound + length : bound));
  }
}
