package io.clada.cli;

import io.clada.schemas.topics.Topics;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where Kafka is. What is said later in this list wins: defaults, environment, the file of {@code
 * --config}, the options, {@code -P}.
 */
final class KafkaOptions {
  private static final String BOOTSTRAP = "bootstrap.servers";
  private static final String REGISTRY = "schema.registry.url";

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description =
          "Kafka brokers. Default: CLADA_BOOTSTRAP_SERVERS of the environment, else"
              + " 127.0.0.1:9092.")
  @Nullable String bootstrapServers;

  @Option(
      names = "--schema-registry-url",
      paramLabel = "URL",
      description =
          "Schema registry. Default: CLADA_SCHEMA_REGISTRY_URL of the environment, else"
              + " http://127.0.0.1:8081.")
  @Nullable String schemaRegistryUrl;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "A .properties file: CLADA's own settings (clada.*) and any property of Kafka's, such"
              + " as security.protocol.")
  @Nullable Path config;

  @Option(
      names = {"-P", "--property"},
      paramLabel = "KEY=VALUE",
      description = "One property, as in the file of --config; may be given several times.")
  Map<String, String> properties = new LinkedHashMap<>();

  /**
   * All settings, with the secrets that they name put in; the log will not show them.
   *
   * @throws CliException if a file or a secret is not to be had, or a secret is on the command line
   */
  Properties resolve(Map<String, String> env) {
    Secrets.requireNone(properties);
    if (schemaRegistryUrl != null) {
      Secrets.requireNone(Map.of("--schema-registry-url", schemaRegistryUrl));
    }
    Properties resolved = Secrets.resolve(given(env));
    Logging.conceal(Secrets.of(resolved));
    return resolved;
  }

  private Properties given(Map<String, String> env) {
    Properties result = new Properties();
    result.put(BOOTSTRAP, env.getOrDefault("CLADA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"));
    result.put(REGISTRY, env.getOrDefault("CLADA_SCHEMA_REGISTRY_URL", "http://127.0.0.1:8081"));
    if (config != null) {
      load(config, result);
    }
    if (bootstrapServers != null) {
      result.put(BOOTSTRAP, bootstrapServers);
    }
    if (schemaRegistryUrl != null) {
      result.put(REGISTRY, schemaRegistryUrl);
    }
    result.putAll(properties);
    return result;
  }

  private static void load(Path file, Properties into) {
    try (Reader reader = Files.newBufferedReader(file)) {
      into.load(reader);
    } catch (NoSuchFileException e) {
      throw new CliException("--config: there is no file " + file, e);
    } catch (IOException | IllegalArgumentException e) {
      throw new CliException("--config: " + file + " can't be read: " + e.getMessage(), e);
    }
  }

  /** The topics under the configured prefix. */
  static Topics topics(Properties properties) {
    return new Topics(properties.getProperty("clada.topic.prefix", "clada"));
  }
}
