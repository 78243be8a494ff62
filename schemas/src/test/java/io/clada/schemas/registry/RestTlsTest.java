package io.clada.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestTlsTest {
  private static final String PASSWORD = "changeit";

  private Path keyStore;
  private HttpsServer server;

  @BeforeAll
  void startServer(@TempDir Path folder) throws Exception {
    keyStore = folder.resolve("registry.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "registry",
                "-keyalg",
                "EC",
                "-storetype",
                "PKCS12",
                "-keystore",
                keyStore.toString(),
                "-storepass",
                PASSWORD,
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1")
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();

    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keyStore)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);

    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/subjects",
        exchange -> {
          byte[] body = "[\"secure-value\"]".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterAll
  void stopServer() {
    server.stop(0);
  }

  private String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }

  @Test
  void aServerInTheTrustStoreIsTrusted() {
    SchemaRegistry registry =
        SchemaRegistries.connect(
            Map.of(
                "schema.registry.url",
                url(),
                "schema.registry.ssl.truststore.location",
                keyStore.toString(),
                "schema.registry.ssl.truststore.type",
                "PKCS12",
                "schema.registry.ssl.truststore.password",
                PASSWORD));

    assertThat(registry.subjects()).containsExactly("secure-value");
  }

  @Test
  void anUnknownServerIsNotTrusted() {
    SchemaRegistry registry =
        SchemaRegistries.connect(Map.of("schema.registry.url", url(), "max.retries", 0));

    assertThatThrownBy(registry::subjects)
        .isInstanceOf(RegistryUnavailableException.class)
        .hasMessageContaining("certification path");
  }

  @Test
  void aMissingTrustStoreIsNamed() {
    Map<String, String> config =
        Map.of(
            "schema.registry.url",
            url(),
            "schema.registry.ssl.truststore.location",
            "/nowhere/trust.p12");

    assertThatThrownBy(() -> SchemaRegistries.connect(config))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/nowhere/trust.p12");
  }
}
