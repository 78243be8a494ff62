package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/**
 * The pictures of the topology in {@code docs} are those of the topology that runs; {@link
 * DocsPage} says how to refresh them.
 */
class TopologyPictureTest {
  private final DrawnTopology topology = drawn();

  @Test
  void theSvgShowsTheTopology() throws IOException {
    Path file = DocsPage.FOLDER.resolve("topology.svg");
    String picture = TopologyPictures.svg(topology);
    if (DocsPage.isRefreshed()) {
      Files.writeString(file, picture);
    }

    assertThat(Files.readString(file)).as("refresh it: DocsPage says how").isEqualTo(picture);
  }

  @Test
  void thePageShowsTheTopology() throws IOException {
    DocsPage.assertShows(
        "topology.md", "```mermaid\n", "```\n", TopologyPictures.mermaid(topology));
  }

  private static DrawnTopology drawn() {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", "unused:9092");
    properties.put("schema.registry.url", "mock://picture-test");
    return new DrawnTopology(
        AggregationTopology.of(
                TopologyConfig.of(properties),
                Known.NOTHING,
                new TopologyMetrics(new SimpleMeterRegistry()))
            .describe());
  }
}
