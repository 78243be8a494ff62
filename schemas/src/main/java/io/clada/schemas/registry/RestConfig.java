package io.clada.schemas.registry;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a registry over HTTP, read from the keys that {@link SchemaRegistries#connect}
 * lists.
 *
 * @param urls at least one, without credentials, without a trailing slash
 * @param authorization value of the Authorization header per address; null: none
 */
record RestConfig(
    List<URI> urls,
    List<@Nullable String> authorization,
    Duration connectTimeout,
    Duration readTimeout,
    int maxRetries,
    Duration retryWait,
    Duration retryMaxWait,
    Map<String, ?> original) {

  private static final String PREFIX = "schema.registry.";

  /** Leaves out everything that may be a secret. */
  @Override
  public String toString() {
    return "RestConfig[urls=" + urls + "]";
  }

  static RestConfig of(Map<String, ?> config) {
    String source = string(config, "basic.auth.credentials.source", "URL");
    String userInfo = string(config, "basic.auth.user.info", "");
    List<URI> urls = new ArrayList<>();
    List<@Nullable String> authorization = new ArrayList<>();
    for (String address : addresses(config)) {
      URI url = parse(address);
      urls.add(withoutUserInfo(url));
      authorization.add(
          switch (source) {
            case "URL" -> basic(url.getUserInfo());
            case "USER_INFO" -> {
              if (!userInfo.contains(":")) {
                throw new ConfigException("basic.auth.user.info must be user:password");
              }
              yield basic(userInfo);
            }
            default ->
                throw new ConfigException(
                    "basic.auth.credentials.source", source, "supported: URL, USER_INFO");
          });
    }
    return new RestConfig(
        urls,
        authorization,
        millis(config, "http.connect.timeout.ms", 5000),
        millis(config, "http.read.timeout.ms", 10_000),
        (int) number(config, "max.retries", 3),
        millis(config, "retries.wait.ms", 100),
        millis(config, "retries.max.wait.ms", 2000),
        config);
  }

  /** A setting under its prefixed name alone, for keys that mean Kafka's own without it. */
  @Nullable String prefixed(String key) {
    Object value = original.get(PREFIX + key);
    return value == null ? null : text(value);
  }

  private static List<String> addresses(Map<String, ?> config) {
    Object value = config.get(SchemaRegistries.URL);
    List<String> addresses = new ArrayList<>();
    if (value instanceof Iterable<?> several) {
      several.forEach(one -> addresses.add(String.valueOf(one).strip()));
    } else if (value != null) {
      for (String one : text(value).split(",", -1)) {
        addresses.add(one.strip());
      }
    }
    addresses.removeIf(String::isEmpty);
    if (addresses.isEmpty()) {
      throw new ConfigException(
          "schema.registry.url is missing: set it to the registry's address, such as"
              + " http://localhost:8081, or to mock://local for one inside this process");
    }
    return addresses;
  }

  private static URI parse(String address) {
    String problem = "must look like http://host:port, https://host:port or mock://scope";
    URI url;
    try {
      url =
          URI.create(address.endsWith("/") ? address.substring(0, address.length() - 1) : address);
    } catch (IllegalArgumentException e) {
      // The address itself may hold a password, and so may the cause.
      throw new ConfigException("schema.registry.url " + problem);
    }
    String scheme = url.getScheme() == null ? "" : url.getScheme();
    boolean known =
        switch (scheme) {
          case "http", "https" -> url.getHost() != null;
          case "mock" -> true;
          default -> false;
        };
    if (!known) {
      throw new ConfigException("schema.registry.url " + problem);
    }
    return url;
  }

  private static URI withoutUserInfo(URI url) {
    String user = url.getRawUserInfo();
    return user == null ? url : URI.create(url.toString().replace(user + "@", ""));
  }

  private static @Nullable String basic(@Nullable String userInfo) {
    return userInfo == null
        ? null
        : "Basic " + Base64.getEncoder().encodeToString(userInfo.getBytes(StandardCharsets.UTF_8));
  }

  private static Duration millis(Map<String, ?> config, String key, long otherwise) {
    return Duration.ofMillis(number(config, key, otherwise));
  }

  private static long number(Map<String, ?> config, String key, long otherwise) {
    String value = string(config, key, Long.toString(otherwise));
    try {
      long number = Long.parseLong(value);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new ConfigException(key, value, "must be a whole number");
    }
    throw new ConfigException(key, value, "must not be negative");
  }

  private static String string(Map<String, ?> config, String key, String otherwise) {
    Object value = config.get(PREFIX + key);
    value = value == null ? config.get(key) : value;
    return value == null ? otherwise : text(value).strip();
  }

  private static String text(Object value) {
    // Kafka hands parsed passwords over in a type whose toString() hides them.
    return value instanceof org.apache.kafka.common.config.types.Password password
        ? password.value()
        : value.toString();
  }
}
