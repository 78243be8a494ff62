package io.clada.schemas.registry;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;

/** Finds the registry that a Kafka configuration names. */
public final class SchemaRegistries {
  public static final String URL = "schema.registry.url";

  /** Holds a {@link SchemaRegistry} to use as it is, so that several serdes share one client. */
  public static final String INSTANCE = "clada.schema.registry";

  private static final String MOCK = "mock://";

  private SchemaRegistries() {}

  /**
   * The registry at {@value #URL}: {@code mock://scope} for the JVM's embedded one of that scope,
   * else one or several HTTP addresses. See {@link RestConfig} for the other keys.
   *
   * @throws ConfigException if a setting is missing or wrong; nothing is contacted yet
   */
  public static SchemaRegistry connect(Map<String, ?> config) {
    Object instance = config.get(INSTANCE);
    if (instance instanceof SchemaRegistry registry) {
      return registry;
    }
    RestConfig rest = RestConfig.of(config);
    String first = rest.urls().get(0).toString();
    if (first.startsWith(MOCK)) {
      if (rest.urls().size() > 1) {
        throw new ConfigException(URL + ": a mock:// address stands alone, leave out the others");
      }
      return MockRegistries.forScope(first.substring(MOCK.length()));
    }
    return new CachingSchemaRegistry(RestSchemaRegistry.connect(rest));
  }
}
