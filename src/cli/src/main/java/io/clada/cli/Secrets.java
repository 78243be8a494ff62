package io.clada.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * Secrets among the settings: where they come from, and what of them may be shown. A value may name
 * them as Kafka's own tools do: {@code ${file:PATH:KEY}} for a line of a .properties file, {@code
 * ${directory:PATH:FILE}} for a file's content, {@code ${env:NAME}} for the environment. {@code
 * config.providers} and what belongs to it take the place of these three, such as to allow some
 * paths only.
 */
final class Secrets {
  static final String HIDDEN = "[hidden]";

  private static final String PROVIDERS = "config.providers";
  private static final Map<String, String> DEFAULT_PROVIDERS =
      Map.of(
          PROVIDERS,
          "file,directory,env",
          PROVIDERS + ".file.class",
          FileConfigProvider.class.getName(),
          PROVIDERS + ".directory.class",
          DirectoryConfigProvider.class.getName(),
          PROVIDERS + ".env.class",
          EnvVarConfigProvider.class.getName());

  private static final Pattern SECRET_NAME =
      Pattern.compile(
          "password|secret|jaas\\.config|user\\.info|auth\\.token|keystore\\.key$|private\\.key"
              + "|passphrase|api\\.key");
  private static final Pattern USER_INFO = Pattern.compile("(://)([^/@\\s]+)@");
  private static final Pattern JAAS_SECRET =
      Pattern.compile("(?i)(?:password|secret|token|passphrase)\\w*\\s*=");

  /** A quoted value, or a word that is no name of a value: a password that lacks its quotes. */
  private static final Pattern JAAS_WORD = Pattern.compile("\"([^\"]*)\"|([^\\s;\"=]++)(?!\\s*=)");

  private Secrets() {}

  /**
   * Puts in what the values name.
   *
   * @throws CliException naming the setting whose secret is not to be had
   */
  static Properties resolve(Properties settings) {
    Map<String, String> all = new LinkedHashMap<>();
    if (!settings.containsKey(PROVIDERS)) {
      all.putAll(DEFAULT_PROVIDERS);
    }
    settings.stringPropertyNames().forEach(name -> all.put(name, settings.getProperty(name)));
    Pattern references = references(all.getOrDefault(PROVIDERS, ""));
    Properties resolved = new Properties();
    try {
      new AbstractConfig(new ConfigDef(), all, false)
          .originals()
          .forEach((name, value) -> resolved.setProperty(name, String.valueOf(value)));
    } catch (ConfigException e) {
      throw new CliException("settings: " + e.getMessage(), e);
    }
    // Else every client would look for references again, in secrets too.
    resolved.keySet().removeIf(name -> name.toString().startsWith(PROVIDERS));
    for (String name : resolved.stringPropertyNames()) {
      Matcher left = references.matcher(settings.getProperty(name, ""));
      while (left.find()) {
        if (resolved.getProperty(name).contains(left.group())) {
          throw new CliException(
              name
                  + ": there is nothing to be had from "
                  + left.group()
                  + "; check that it exists and may be read");
        }
      }
    }
    return resolved;
  }

  private static Pattern references(String providers) {
    return Pattern.compile(
        "\\$\\{(?:" + providers.strip().replaceAll("\\s*,\\s*", "|") + "):[^}]*}");
  }

  /** Whether a setting of this name is one, whatever client's prefix it has. */
  static boolean isSecret(String name) {
    return SECRET_NAME.matcher(name).find();
  }

  /**
   * A command line is read by everybody on the computer.
   *
   * @throws CliException if a setting given there holds a secret instead of naming it
   */
  static void requireNone(Map<String, String> commandLine) {
    commandLine.forEach(
        (name, value) -> {
          if ((isSecret(name) || USER_INFO.matcher(value).find()) && !value.contains("${")) {
            throw new CliException(
                name
                    + ": everybody on this computer can read a secret on a command line; put it"
                    + " into the file of --config, or name it: ${env:NAME}, ${file:PATH:KEY}");
          }
        });
  }

  /** A value as it may be shown. */
  static String shown(String name, String value) {
    return isSecret(name) ? HIDDEN : USER_INFO.matcher(value).replaceAll("$1" + HIDDEN + "@");
  }

  /** What must not be seen of these settings, wherever it turns up. */
  static Set<String> of(Properties settings) {
    Set<String> secrets = new TreeSet<>();
    for (String name : settings.stringPropertyNames()) {
      String value = settings.getProperty(name);
      if (isSecret(name)) {
        secrets.add(value);
        secrets.add(value.substring(value.indexOf(':') + 1));
        Matcher first = JAAS_SECRET.matcher(value);
        if (first.find()) {
          JAAS_WORD
              .matcher(value.substring(first.end()))
              .results()
              .forEach(word -> secrets.add(word.group().replace("\"", "")));
        }
      }
      USER_INFO
          .matcher(value)
          .results()
          .forEach(found -> secrets.add(found.group(2).substring(found.group(2).indexOf(':') + 1)));
    }
    return secrets;
  }
}
