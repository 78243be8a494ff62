package io.clada.service;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Typed reading of the {@code clada.} properties of a .properties file that holds Kafka's own as
 * well. Errors are {@link ServiceException}s that name the property and what is allowed. For one
 * thread.
 */
public final class Settings {
  private static final String OWN = "clada.";
  private static final Duration LONGEST = Duration.ofDays(30);

  private final Map<String, String> given = new HashMap<>();
  private final Map<String, String> inForce = new TreeMap<>();

  public Settings(Properties properties) {
    for (String name : properties.stringPropertyNames()) {
      given.put(name, properties.getProperty(name));
    }
  }

  /** Everything that is not ours, as it stands there. */
  public Map<String, String> others() {
    Map<String, String> others = new HashMap<>(given);
    others.keySet().removeIf(key -> key.startsWith(OWN));
    return others;
  }

  public boolean has(String key) {
    return given.containsKey(key);
  }

  public String text(String key, String otherwise) {
    return noted(key, given.getOrDefault(key, otherwise).trim());
  }

  /** Each setting that was asked for, as given or by default. */
  public Map<String, String> inForce() {
    return Map.copyOf(inForce);
  }

  private <T> T noted(String key, T value) {
    inForce.put(key, String.valueOf(value));
    return value;
  }

  public boolean flag(String key, boolean otherwise) {
    return read(key, otherwise, "true or false", "true"::equals, text -> isFlag(text));
  }

  public int wholeNumber(String key, int otherwise, int min, int max) {
    return (int) wholeNumber(key, (long) otherwise, min, max);
  }

  public long wholeNumber(String key, long otherwise, long min, long max) {
    return read(
        key,
        otherwise,
        "a whole number from %d to %d".formatted(min, max),
        Long::parseLong,
        text -> Long.parseLong(text) >= min && Long.parseLong(text) <= max);
  }

  /** At least a millisecond and at most 30 days. */
  public Duration millis(String key, Duration otherwise) {
    return Duration.ofMillis(wholeNumber(key, otherwise.toMillis(), 1, LONGEST.toMillis()));
  }

  /** A duration that is a whole multiple of another setting's. */
  public Duration multiple(String key, Duration otherwise, String unitKey, Duration unit) {
    Duration length = millis(key, otherwise);
    if (length.toMillis() % unit.toMillis() != 0) {
      throw new ServiceException(
          "%s: %d is not a multiple of %s, %d"
              .formatted(key, length.toMillis(), unitKey, unit.toMillis()));
    }
    return length;
  }

  /** Words of those allowed, separated by commas; none by default. */
  public Set<String> words(String key, Set<String> allowed) {
    Set<String> words = new TreeSet<>();
    for (String word : text(key, "").split(",", -1)) {
      if (!word.isBlank()) {
        words.add(word.strip());
      }
    }
    if (!allowed.containsAll(words)) {
      throw new ServiceException(
          "%s: '%s' is not a list of: %s"
              .formatted(key, text(key, ""), String.join(", ", allowed)));
    }
    return words;
  }

  /** A number from 0 to 1. */
  public double share(String key, double otherwise) {
    return number(key, otherwise, 0, 1);
  }

  public double number(String key, double otherwise, double min, double max) {
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
      String trimmed = text.trim();
      if (valid.test(trimmed)) {
        return noted(key, parse.apply(trimmed));
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new ServiceException("%s: '%s' is not %s".formatted(key, text, wanted));
  }

  private static boolean isFlag(String text) {
    return "true".equals(text) || "false".equals(text);
  }
}
