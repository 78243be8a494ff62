package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Where secrets come from, and that they are never seen. */
final class SecretsTest {
  private static final String LOGIN =
      "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"ada\""
          + " password=\"%s\";";

  @TempDir private Path folder;

  @Test
  void theyComeFromFilesAndTheEnvironment() throws IOException {
    Files.writeString(folder.resolve("all.properties"), "kafka=from-a-file\n");
    Files.writeString(folder.resolve("registry"), "user:from-a-folder");
    Properties settings = new Properties();
    settings.setProperty(
        "sasl.jaas.config",
        LOGIN.formatted("${file:" + folder.resolve("all.properties") + ":kafka}"));
    settings.setProperty("basic.auth.user.info", "${directory:" + folder + ":registry}");
    settings.setProperty("ssl.key.password", "${env:PATH}");

    Properties resolved = Secrets.resolve(settings);

    assertThat(resolved)
        .containsOnlyKeys("sasl.jaas.config", "basic.auth.user.info", "ssl.key.password")
        .containsEntry("sasl.jaas.config", LOGIN.formatted("from-a-file"))
        .containsEntry("basic.auth.user.info", "user:from-a-folder")
        .containsEntry("ssl.key.password", System.getenv("PATH"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"${env:CLADA_NOT_SET}", "${file:/nowhere/x:key}", "${directory:/nowhere:key}"})
  void oneThatIsNotToBeHadIsNamed(String reference) {
    Properties settings = new Properties();
    settings.setProperty("ssl.key.password", reference);

    assertThatThrownBy(() -> Secrets.resolve(settings)).isInstanceOf(CliException.class);
  }

  @Test
  void pathsMayBeLimitedAsKafkaDoes() throws IOException {
    Path allowed = Files.createDirectory(folder.resolve("allowed"));
    Path secret = Files.writeString(folder.resolve("other.properties"), "key=far too much\n");
    Properties settings = new Properties();
    settings.setProperty("config.providers", "file");
    settings.setProperty(
        "config.providers.file.class",
        "org.apache.kafka.common.config.provider.FileConfigProvider");
    settings.setProperty("config.providers.file.param.allowed.paths", allowed.toString());
    settings.setProperty("ssl.key.password", "${file:" + secret + ":key}");

    assertThatThrownBy(() -> Secrets.resolve(settings))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("ssl.key.password");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sasl.jaas.config          | x",
        "producer.ssl.key.password | x",
        "schema.registry.basic.auth.user.info | u:p",
        "schema.registry.url       | http://user:pass@registry:8081",
      })
  void theCommandLineIsNoPlaceForThem(String name, String value) {
    TestConsole console = new TestConsole();

    int code = console.run("worker", "--print-config", "-P", name + "=" + value);

    assertThat(code).isEqualTo(1);
    assertThat(console.err()).startsWith("clada: " + name).contains("--config", "${env:NAME}");
    assertThat(console.err() + console.out()).doesNotContain(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"worker", "topology"})
  void printConfigShowsWhatIsInForceAndNoSecret(String role) throws IOException {
    TestConsole console = new TestConsole();

    int code = console.run(role, "--print-config", "--config", secured().toString());

    assertThat(code).describedAs(console.err()).isZero();
    assertThat(console.out().lines())
        .isSorted()
        .contains(
            "bootstrap.servers=kafka:9093",
            "clada.topic.prefix=stories",
            "clada.partitions=8",
            "application.id=stories-" + role,
            "security.protocol=SASL_SSL",
            "sasl.jaas.config=[hidden]",
            "ssl.truststore.password=[hidden]",
            "producer.ssl.keystore.password=[hidden]",
            "basic.auth.user.info=[hidden]",
            "schema.registry.url=http://[hidden]@registry:8081");
    assertThat(console.out() + console.err()).doesNotContain("s3cret");
  }

  @Test
  void theGatewaysSettingsAreShownLikewise() throws IOException {
    TestConsole console = new TestConsole();

    int code = console.run("gateway", "--print-config", "--config", secured().toString());

    assertThat(code).describedAs(console.err()).isZero();
    assertThat(console.out()).contains("sasl.jaas.config=[hidden]", "clada.topic.prefix=stories");
    assertThat(console.out() + console.err()).doesNotContain("s3cret");
  }

  /** Kafka itself quotes pieces of a login that it cannot parse. */
  @Test
  void anErrorDoesNotQuoteThem() throws IOException {
    Path config =
        secured(
            "bootstrap.servers=127.0.0.1:1",
            "sasl.jaas.config=Module required password=without s3cret-quotes;");
    for (String[] more : new String[][] {{}, {"--verbose"}}) {
      TestConsole console = new TestConsole();
      String[] command = {"submit", "--config", config.toString(), "once"};

      String logged = logged(() -> console.run(concat(command, more)));

      assertThat(console.err()).contains("JAAS");
      assertThat(console.out() + console.err() + logged).doesNotContain("s3cret");
    }
  }

  @Test
  void theLogDoesNotShowThemWhateverWritesIt() throws IOException {
    Path config = secured();

    String logged =
        logged(
            () -> {
              new TestConsole().run("worker", "--print-config", "--config", config.toString());
              LoggerFactory.getLogger("some.library")
                  .error(
                      "connecting with s3cret-login",
                      new IllegalStateException("s3cret-registry was refused"));
            });

    assertThat(logged)
        .contains("connecting with [hidden]", "IllegalStateException: [hidden] was refused")
        .doesNotContain("s3cret");
  }

  private Path secured(String... more) throws IOException {
    return Files.writeString(
        folder.resolve("secured.properties"),
        String.join(
            "\n",
            "bootstrap.servers=kafka:9093",
            "clada.topic.prefix=stories",
            "security.protocol=SASL_SSL",
            "sasl.mechanism=SCRAM-SHA-512",
            "sasl.jaas.config=" + LOGIN.formatted("s3cret-login"),
            "ssl.truststore.password=s3cret-trust",
            "producer.ssl.keystore.password=s3cret-key",
            "basic.auth.credentials.source=USER_INFO",
            "basic.auth.user.info=user:s3cret-registry",
            "schema.registry.url=http://user:s3cret-url@registry:8081",
            String.join("\n", more)));
  }

  private static String[] concat(String[] one, String[] other) {
    String[] all = java.util.Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, all, one.length, other.length);
    return all;
  }

  /** What an action writes to the process's standard error, where the log goes. */
  private static String logged(Runnable action) {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(before);
      Logging.interactive();
    }
    return log.toString(StandardCharsets.UTF_8);
  }
}
