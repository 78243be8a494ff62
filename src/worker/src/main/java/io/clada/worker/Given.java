package io.clada.worker;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Settings as they stand in a .properties file, read one by one. */
final class Given {
  private final Map<String, String> texts = new HashMap<>();
  private final Map<String, String> inForce = new TreeMap<>();

  Given(Properties properties) {
    for (String name : properties.stringPropertyNames()) {
      texts.put(name, properties.getProperty(name));
    }
  }

  Map<String, String> all() {
    return Map.copyOf(texts);
  }

  /** Each setting that was asked for, as given or by default. */
  Map<String, String> inForce() {
    return Map.copyOf(inForce);
  }

  @Nullable String text(String key) {
    String text = texts.get(key);
    inForce.put(key, text == null ? "" : text);
    return text;
  }

  String text(String key, String fallback) {
    String text = text(key);
    return text == null ? fallen(key, fallback) : text;
  }

  private <T> T fallen(String key, T fallback) {
    inForce.put(key, String.valueOf(fallback));
    return fallback;
  }

  int integer(String key, int fallback, int min, int max) {
    return (int) whole(key, fallback, min, max);
  }

  /**
   * @throws WorkerException naming the property
   */
  long whole(String key, long fallback, long min, long max) {
    String text = text(key);
    if (text == null) {
      return fallen(key, fallback);
    }
    try {
      long value = Long.parseLong(text.trim());
      if (value >= min && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new WorkerException(
        key + ": '" + text + "' is not a whole number from " + min + " to " + max);
  }

  /**
   * @throws WorkerException naming the property
   */
  boolean bool(String key, boolean fallback) {
    String text = text(key);
    if (text == null) {
      return fallen(key, fallback);
    }
    return switch (text.trim()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new WorkerException(key + ": '" + text + "' is neither true nor false");
    };
  }
}
