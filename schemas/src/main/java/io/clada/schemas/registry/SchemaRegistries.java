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
   * else one or several HTTP addresses, comma-separated, of which the next is tried when one fails.
   * The other keys are Confluent's too, and may carry the prefix {@code schema.registry.}:
   *
   * <table>
   * <caption>Keys</caption>
   * <tr><td>{@code basic.auth.credentials.source}</td><td>{@code URL}, the default: user:password in the
   * address, if there; or {@code USER_INFO}</td></tr>
   * <tr><td>{@code basic.auth.user.info}</td><td>user:password</td></tr>
   * <tr><td>{@code ssl.truststore.location}, {@code .password}, {@code .type}; {@code ssl.keystore.*};
   * {@code ssl.key.password}</td><td>with the prefix only, being Kafka's own without it</td></tr>
   * <tr><td>{@code http.connect.timeout.ms}, {@code http.read.timeout.ms}</td><td>5000, 10000</td></tr>
   * <tr><td>{@code max.retries}, {@code retries.wait.ms}, {@code retries.max.wait.ms}</td><td>3 more
   * rounds over all addresses, after 100 ms, doubled each time up to 2000 ms</td></tr>
   * </table>
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
