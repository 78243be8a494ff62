package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a command's process ends when it is told to. */
final class StopTest {
  private static final Duration SOON = Duration.ofMinutes(3);

  @TempDir private Path folder;

  @Test
  void aWorkerThatStillLooksForItsBrokerStopsAtOnce() throws Exception {
    try (CladaProcess worker = worker()) {
      await().atMost(SOON).until(() -> worker.err().contains("no broker answers"));

      assertThat(worker.interrupt()).isEqualTo(ExitCodes.INTERRUPTED);
      assertThat(worker.err()).doesNotContain("before everything was closed");
    }
  }

  private CladaProcess worker() throws Exception {
    return CladaProcess.start(
        folder, "worker", "worker", "--bootstrap-servers", "127.0.0.1:1", "--grace-period", "30");
  }
}
