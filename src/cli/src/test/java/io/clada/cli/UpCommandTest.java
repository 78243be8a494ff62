package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.client.CladaClient;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UpCommandTest {
  @Test
  void whatWasPostedSurvivesARestartOnADataFolder(@TempDir Path folder) throws Exception {
    Logging.interactive();
    LocalSystem.Options options = new LocalSystem.Options(folder.resolve("data"), 0, 0, 0, 1, null);
    Map<String, Long> before;
    try (LocalSystem system = LocalSystem.start(options);
        CladaClient client = CladaClient.builder(Settings.asMap(system.properties())).build()) {
      client.post("r1", new GenerationOptions().request("once"));
      before = ends(system);
    }

    try (LocalSystem system = LocalSystem.start(options)) {
      assertThat(ends(system)).isEqualTo(before).containsEntry("clada.requests", 1L);
    }
  }

  private static Map<String, Long> ends(LocalSystem system) throws Exception {
    TopicPartition requests = new TopicPartition(system.topics().requests(), 0);
    try (Admin admin = Admin.create(Settings.asMap(system.properties()))) {
      long end =
          admin
              .listOffsets(Map.of(requests, OffsetSpec.latest()))
              .partitionResult(requests)
              .get()
              .offset();
      return Map.of(requests.topic(), end);
    }
  }

  @Test
  void staysUpUntilCtrlCAndThenClosesInOrder(@TempDir Path folder) throws Exception {
    try (CladaProcess up =
        CladaProcess.start(
            folder,
            "up",
            "up",
            "--port",
            "0",
            "--registry-port",
            "0",
            "--gateway-port",
            "0",
            "--status-port",
            "0",
            "--no-worker")) {
      await()
          .atMost(Duration.ofMinutes(3))
          .until(() -> up.out().contains("./clada top --url http://127.0.0.1:") || !up.isAlive());
      assertThat(up.out())
          .contains("Kafka", "127.0.0.1:", "http://127.0.0.1:", "./clada worker", "Running");
      Matcher page = Pattern.compile("Console +(http\\S+/console/)").matcher(up.out());
      assertThat(page.find()).isTrue();
      assertThat(
              HttpClient.newHttpClient()
                  .send(
                      HttpRequest.newBuilder(URI.create(page.group(1))).build(),
                      HttpResponse.BodyHandlers.ofString())
                  .body())
          .contains("<title>CLADA console</title>");

      assertThat(up.interrupt()).isEqualTo(130);

      assertThat(up.err()).isEmpty();
    }
  }
}
