package io.clada.engine.text.jinja;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code namespace(...)}: the one value that changes, by {@code set ns.name = ...}. */
final class Namespace {
  private final Map<String, Object> values = new LinkedHashMap<>();

  static Namespace of(Arguments arguments) {
    Namespace namespace = new Namespace();
    arguments.atMost(1, arguments.byName().keySet().toArray(String[]::new));
    for (Object first : arguments.byPlace()) {
      if (!(first instanceof Map<?, ?> map)) {
        throw JinjaException.of("namespace takes a map, not " + Values.typeOf(first));
      }
      map.forEach((key, value) -> namespace.values.put(String.valueOf(key), value));
    }
    namespace.values.putAll(arguments.byName());
    return namespace;
  }

  Object get(String name) {
    return values.getOrDefault(name, new Values.Undefined("the namespace's '" + name + "'"));
  }

  void set(String name, Object value) {
    values.put(name, value);
  }
}
