package io.clada.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.function.Predicate;

/** Typed reading of the {@code clada.} properties; errors name the property and what is allowed. */
final class Settings {
  private static final String OWN = "clada.";

  private final Map<String, String> given = new HashMap<>();

  Settings(Properties properties) {
    for (String name : properties.stringPropertyNames()) {
      given.put(name, properties.getProperty(name).trim());
    }
  }

  /** Everything that is not ours. */
  Map<String, String> others() {
    Map<String, String> others = new HashMap<>(given);
    others.keySet().removeIf(key -> key.startsWith(OWN));
    return others;
  }

  String text(String key, String otherwise) {
    return given.getOrDefault(key, otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    return read(key, otherwise, "true or false", "true"::equals, text -> isFlag(text));
  }

  long wholeNumber(String key, long otherwise, long min, long max) {
    return read(
        key,
        otherwise,
        "a whole number from %d to %d".formatted(min, max),
        Long::parseLong,
        text -> Long.parseLong(text) >= min && Long.parseLong(text) <= max);
  }

  Duration millis(String key, Duration otherwise) {
    return Duration.ofMillis(wholeNumber(key, otherwise.toMillis(), 1, 30L * 24 * 3_600_000));
  }

  /** A number from 0 to 1. */
  double share(String key, double otherwise) {
    return read(
        key,
        otherwise,
        "a number from 0 to 1",
        Double::parseDouble,
        text -> Double.parseDouble(text) >= 0 && Double.parseDouble(text) <= 1);
  }

  private <T> T read(
      String key, T otherwise, String wanted, Function<String, T> parse, Predicate<String> valid) {
    String text = given.get(key);
    if (text == null) {
      return otherwise;
    }
    try {
      if (valid.test(text)) {
        return parse.apply(text);
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new TopologyException("%s: '%s' is not %s".formatted(key, text, wanted));
  }

  private static boolean isFlag(String text) {
    return "true".equals(text) || "false".equals(text);
  }
}
