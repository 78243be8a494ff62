package io.clada.schemas.serde;

import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Confluent's configuration keys for Avro serdes, as far as they are supported. */
final class AvroSettings {
  static final String AUTO_REGISTER = "auto.register.schemas";
  static final String REMOVE_JAVA_PROPERTIES = "avro.remove.java.properties";
  static final String USE_LATEST = "use.latest.version";
  static final String SPECIFIC_READER = "specific.avro.reader";
  static final String VALUE_TYPE = "specific.avro.value.type";
  static final String KEY_TYPE = "specific.avro.key.type";

  private static final String TOPIC_NAMES = "TopicNameStrategy";

  private AvroSettings() {}

  static boolean flag(Map<String, ?> config, String key, boolean otherwise) {
    Object value = config.get(key);
    if (value == null) {
      return otherwise;
    }
    return switch (value.toString().strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new ConfigException(key, value, "must be true or false");
    };
  }

  /** Refuses what would silently be done otherwise. */
  static void refuseUnsupported(Map<String, ?> config) {
    for (String key : new String[] {"value.subject.name.strategy", "key.subject.name.strategy"}) {
      Object value = config.get(key);
      String name = value instanceof Class<?> type ? type.getName() : String.valueOf(value);
      if (value != null && !name.endsWith(TOPIC_NAMES)) {
        throw new ConfigException(key, name, "only TopicNameStrategy is supported: leave it out");
      }
    }
    if (flag(config, USE_LATEST, false)) {
      throw new ConfigException(
          USE_LATEST,
          true,
          "is not supported; auto.register.schemas=false writes without registering");
    }
  }

  static @Nullable Class<?> type(Map<String, ?> config, boolean isKey) {
    String key = isKey ? KEY_TYPE : VALUE_TYPE;
    Object value = config.get(key);
    if (value == null || value instanceof Class<?>) {
      return (Class<?>) value;
    }
    try {
      return org.apache.kafka.common.utils.Utils.loadClass(value.toString(), Object.class);
    } catch (ClassNotFoundException e) {
      throw new ConfigException(key, value, "class not found");
    }
  }
}
