package io.clada.worker;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Settings as they stand in a .properties file, read one by one. */
final class Given {
  private final Map<String, String> texts = new HashMap<>();

  Given(Properties properties) {
    for (String name : properties.stringPropertyNames()) {
      texts.put(name, properties.getProperty(name));
    }
  }

  Map<String, String> all() {
    return Map.copyOf(texts);
  }

  @Nullable String text(String key) {
    return texts.get(key);
  }

  String text(String key, String fallback) {
    return texts.getOrDefault(key, fallback);
  }

  int integer(String key, int fallback, int min, int max) {
    return (int) whole(key, fallback, min, max);
  }

  /**
   * @throws WorkerException naming the property
   */
  long whole(String key, long fallback, long min, long max) {
    String text = texts.get(key);
    if (text == null) {
      return fallback;
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
    String text = texts.get(key);
    if (text == null) {
      return fallback;
    }
    return switch (text.trim()) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new WorkerException(key + ": '" + text + "' is neither true nor false");
    };
  }
}
