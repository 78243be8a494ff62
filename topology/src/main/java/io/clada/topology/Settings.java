package io.clada.topology;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/** Typed reading of the {@code clada.} properties; errors name the property and what is allowed. */
final class Settings {
  private static final String OWN = "clada.";

  private final Map<String, String> given = new HashMap<>();
  private final Map<String, String> inForce = new TreeMap<>();

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

  boolean has(String key) {
    return given.containsKey(key);
  }

  String text(String key, String otherwise) {
    return noted(key, given.getOrDefault(key, otherwise));
  }

  /** Each setting that was asked for, as given or by default. */
  Map<String, String> inForce() {
    return Map.copyOf(inForce);
  }

  private <T> T noted(String key, T value) {
    inForce.put(key, String.valueOf(value));
    return value;
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

  /** A duration that is a whole multiple of another setting's. */
  Duration multiple(String key, Duration otherwise, String unitKey, Duration unit) {
    Duration length = millis(key, otherwise);
    if (length.toMillis() % unit.toMillis() != 0) {
      throw new TopologyException(
          "%s: %d is not a multiple of %s, %d"
              .formatted(key, length.toMillis(), unitKey, unit.toMillis()));
    }
    return length;
  }

  /** Words of those allowed, separated by commas; none by default. */
  Set<String> words(String key, Set<String> allowed) {
    Set<String> words = new TreeSet<>();
    for (String word : text(key, "").split(",", -1)) {
      if (!word.isBlank()) {
        words.add(word.strip());
      }
    }
    if (!allowed.containsAll(words)) {
      throw new TopologyException(
          "%s: '%s' is not a list of: %s"
              .formatted(key, text(key, ""), String.join(", ", allowed)));
    }
    return words;
  }

  /** A number from 0 to 1. */
  double share(String key, double otherwise) {
    return number(key, otherwise, 0, 1);
  }

  double number(String key, double otherwise, double min, double max) {
    return read(
        key,
        otherwise,
        "a number from %s to %s".formatted(plain(min), plain(max)),
        Double::parseDouble,
        text -> Double.parseDouble(text) >= min && Double.parseDouble(text) <= max);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  private <T> T read(
      String key, T otherwise, String wanted, Function<String, T> parse, Predicate<String> valid) {
    String text = given.get(key);
    if (text == null) {
      return noted(key, otherwise);
    }
    try {
      if (valid.test(text)) {
        return noted(key, parse.apply(text));
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
