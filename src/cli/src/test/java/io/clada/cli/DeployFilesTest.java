package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.topology.TopologyConfig;
import io.clada.worker.WorkerConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/** The property files that are there to be copied. */
class DeployFilesTest {
  @Test
  void theWorkersFileIsReadAsItSays() throws IOException {
    WorkerConfig config = WorkerConfig.of(load("worker.properties"));

    assertThat(config.prefix()).isEqualTo("clada");
    assertThat(config.partitions()).isEqualTo(32);
    assertThat(config.replication()).isEqualTo((short) 3);
    assertThat(config.kafka()).containsEntry("state.dir", "/var/lib/clada/worker");
  }

  @Test
  void theTopologysFileIsReadWithoutComplaint() throws IOException {
    assertThat(TopologyConfig.of(load("topology.properties"))).isNotNull();
  }

  private static Properties load(String name) throws IOException {
    Path file = Path.of(System.getProperty("clada.home"), "deploy", name);
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties;
  }
}
