package io.clada.engine.text.jinja;

import io.clada.engine.text.jinja.Values.None;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Python's methods of dicts, those that leave them as they are. */
final class Maps {
  private Maps() {}

  static @Nullable Function method(Map<?, ?> map, String name, Budget budget) {
    return switch (name) {
      case "items" ->
          arguments -> {
            arguments.atMost(0);
            return items(map, budget);
          };
      case "keys" -> arguments -> Values.elements(map, budget);
      case "values" ->
          arguments -> {
            budget.spendElements(map.size());
            return List.copyOf(map.values());
          };
      case "get" ->
          arguments -> {
            Object found = map.get(arguments.atMost(2).required(0, "key"));
            return found == null ? arguments.get(1, "default", None.NONE) : found;
          };
      default -> null;
    };
  }

  static List<Object> items(Map<?, ?> map, Budget budget) {
    budget.spendElements(map.size());
    return map.entrySet().stream()
        .<Object>map(entry -> Tuple.of(entry.getKey(), entry.getValue()))
        .toList();
  }
}
