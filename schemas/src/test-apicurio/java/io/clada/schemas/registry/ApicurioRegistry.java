package io.clada.schemas.registry;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;

/** Apicurio Registry in a process of its own, through its API for Confluent's clients. */
public final class ApicurioRegistry implements AutoCloseable {
  private static final int OLDEST_JAVA = 21;
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Process process;
  private final String url;

  private ApicurioRegistry(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Returns once it answers. */
  public static ApicurioRegistry start() throws IOException {
    Path home = Path.of(System.getProperty("apicurio.home"));
    int port = freePort();
    Process process =
        new ProcessBuilder(
                java(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx512m",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-Dquarkus.management.enabled=false",
                "-Dapicurio.rules.global.compatibility=BACKWARD",
                "-jar",
                home.resolve("quarkus-run.jar").toString())
            .redirectErrorStream(true)
            .redirectOutput(new File(home.toFile(), "registry.log"))
            .start();
    ApicurioRegistry registry =
        new ApicurioRegistry(process, "http://127.0.0.1:" + port + "/apis/ccompat/v7");
    try {
      await()
          .atMost(Duration.ofMinutes(5))
          .ignoreExceptions()
          .until(() -> !process.isAlive() || registry.send("GET", "/subjects", "") != null);
      return registry;
    } catch (ConditionTimeoutException e) {
      registry.close();
      throw e;
    }
  }

  private static String java() {
    String home = System.getProperty("apicurio.java.home", System.getProperty("java.home"));
    if (home.equals(System.getProperty("java.home")) && Runtime.version().feature() < OLDEST_JAVA) {
      throw new IllegalStateException(
          "Apicurio Registry needs JDK "
              + OLDEST_JAVA
              + " or later: name one with -Dapicurio.java.home=DIR");
    }
    return Path.of(home, "bin", "java").toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** For {@code schema.registry.url}. */
  public String url() {
    return url;
  }

  /** A client of it, with every subject deleted; ids go on where they were. */
  public SchemaRegistry emptied() {
    SchemaRegistry client = SchemaRegistries.connect(Map.of("schema.registry.url", url));
    for (String subject : client.subjects()) {
      String path =
          "/subjects/" + URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
      send("DELETE", path, "");
      send("DELETE", path + "?permanent=true", "");
    }
    send("PUT", "/config", "{\"compatibility\":\"FULL_TRANSITIVE\"}");
    return client;
  }

  private String send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IllegalStateException(method + " " + path + ": " + response.body());
      }
      return response.body();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
