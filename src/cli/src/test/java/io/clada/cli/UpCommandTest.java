package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UpCommandTest {
  @Test
  void staysUpUntilCtrlCAndThenClosesInOrder(@TempDir Path folder) throws Exception {
    try (CladaProcess up =
        CladaProcess.start(
            folder, "up", "up", "--port", "0", "--registry-port", "0", "--no-worker")) {
      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> up.out().contains("./clada worker") || !up.isAlive());
      assertThat(up.out()).contains("Kafka", "127.0.0.1:", "http://127.0.0.1:", "Running");

      assertThat(up.interrupt()).isEqualTo(130);

      assertThat(up.err()).isEmpty();
    }
  }
}
