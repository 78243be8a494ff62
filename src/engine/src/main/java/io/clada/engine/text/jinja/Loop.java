package io.clada.engine.text.jinja;

import java.util.List;

/** {@code loop} within a for. */
record Loop(List<?> items, int index0) {
  Object get(String name) {
    long index = index0;
    int length = items.size();
    return switch (name) {
      case "index" -> index + 1;
      case "index0" -> index;
      case "revindex" -> length - index;
      case "revindex0" -> length - index - 1;
      case "first" -> index0 == 0;
      case "last" -> index0 == length - 1;
      case "length" -> (long) length;
      case "previtem" -> item(index0 - 1, name);
      case "nextitem" -> item(index0 + 1, name);
      case "cycle" ->
          (Function)
              arguments -> {
                if (arguments.byPlace().isEmpty()) {
                  throw JinjaException.of("loop.cycle needs something to go through");
                }
                return arguments.byPlace().get(index0 % arguments.byPlace().size());
              };
      default -> new Values.Undefined("loop." + name);
    };
  }

  private Object item(int index, String name) {
    return index < 0 || index >= items.size()
        ? new Values.Undefined("loop." + name)
        : items.get(index);
  }
}
