package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.Test;

/**
 * The pictures of the topology in {@code docs} are those of the topology that runs. After a change:
 * {@code mvn -pl topology test -Dtest=TopologyPictureTest -Dclada.refresh.docs=true}.
 */
class TopologyPictureTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final String REFRESH =
      "refresh it: mvn -pl topology test -Dtest=TopologyPictureTest -Dclada.refresh.docs=true";
  private static final String BEGIN = "```mermaid\n";
  private static final String END = "```\n";

  private final DrawnTopology topology = drawn();

  @Test
  void theSvgShowsTheTopology() throws IOException {
    Path file = DOCS.resolve("topology.svg");
    String picture = TopologyPictures.svg(topology);
    if (isRefreshed()) {
      Files.writeString(file, picture);
    }

    assertThat(Files.readString(file)).as(REFRESH).isEqualTo(picture);
  }

  @Test
  void thePageShowsTheTopology() throws IOException {
    Path file = DOCS.resolve("topology.md");
    String page = Files.readString(file);
    int begin = page.indexOf(BEGIN) + BEGIN.length();
    int end = page.indexOf(END, begin);
    assertThat(begin).isGreaterThanOrEqualTo(BEGIN.length());
    String picture = TopologyPictures.mermaid(topology);
    if (isRefreshed()) {
      page = page.substring(0, begin) + picture + page.substring(end);
      Files.writeString(file, page);
      end = page.indexOf(END, begin);
    }

    assertThat(page.substring(begin, end)).as(REFRESH).isEqualTo(picture);
  }

  private static boolean isRefreshed() {
    return Boolean.getBoolean("clada.refresh.docs");
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
