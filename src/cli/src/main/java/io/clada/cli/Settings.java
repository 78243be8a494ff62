package io.clada.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/** Properties as Kafka's clients take them. */
final class Settings {
  private Settings() {}

  static Map<String, Object> asMap(Properties properties) {
    Map<String, Object> map = new HashMap<>();
    properties.stringPropertyNames().forEach(k -> map.put(k, properties.getProperty(k)));
    return map;
  }
}
