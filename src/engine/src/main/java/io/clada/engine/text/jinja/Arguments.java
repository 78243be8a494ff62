package io.clada.engine.text.jinja;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a call hands over, by place and by name. */
public record Arguments(List<Object> byPlace, Map<String, Object> byName) {
  static final Arguments NONE = new Arguments(List.of(), Map.of());

  /** At this place or under this name; null where it is neither. */
  @Nullable Object find(int place, String name) {
    return place < byPlace.size() ? byPlace.get(place) : byName.get(name);
  }

  Object get(int place, String name, Object otherwise) {
    Object value = find(place, name);
    return value == null ? otherwise : value;
  }

  Object required(int place, String name) {
    Object value = find(place, name);
    if (value == null) {
      throw JinjaException.of("an argument '" + name + "' is missing");
    }
    return value;
  }

  /** A string that must be there. */
  public String text(int place, String name) {
    Object value = required(place, name);
    if (!(value instanceof String text)) {
      throw JinjaException.of(
          "argument '" + name + "' must be a string, not " + Values.typeOf(value));
    }
    return text;
  }

  /** Without those by place that come before {@code place}. */
  Arguments from(int place) {
    return new Arguments(byPlace.subList(Math.min(place, byPlace.size()), byPlace.size()), byName);
  }

  /** Refuses what a function has no use for, rather than passing over it. */
  Arguments atMost(int places, String... names) {
    if (byPlace.size() > places) {
      throw JinjaException.of(byPlace.size() + " arguments where at most " + places + " are taken");
    }
    for (String name : byName.keySet()) {
      if (!List.of(names).contains(name)) {
        throw JinjaException.of("there is no argument '" + name + "'");
      }
    }
    return this;
  }
}
