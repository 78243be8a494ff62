package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.service.ServiceException;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopologyConfigTest {
  @Test
  void ownSettingsStayAndTheOthersGoToKafka() {
    TopologyConfig config =
        TopologyConfig.of(
            properties("clada.topic.prefix", "fleet", "max.poll.records", "17", "clada.else", "x"));

    assertThat(config.topics().telemetry()).isEqualTo("fleet.telemetry");
    assertThat(config.kafka())
        .containsEntry("max.poll.records", "17")
        .containsEntry("application.id", "fleet-topology")
        .containsEntry("processing.guarantee", "exactly_once_v2")
        .containsEntry("errors.dead.letter.queue.topic.name", "fleet.dead-letter")
        .noneSatisfy((key, value) -> assertThat(key).startsWith("clada."));
  }

  @Test
  void whatIsGivenReplacesADefault() {
    TopologyConfig config = TopologyConfig.of(properties("application.id", "mine"));

    assertThat(config.kafka()).containsEntry("application.id", "mine");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          clada.partitions                    | 0    | clada.partitions: '0' is not a whole number from 1 to 100000
          clada.create.topics                 | yes  | clada.create.topics: 'yes' is not true or false
          clada.thresholds.surprisal.quantile | 70   | clada.thresholds.surprisal.quantile: '70' is not a number from 0 to 1
          clada.sparsity.grace.ms             | 15s  | clada.sparsity.grace.ms: '15s' is not a whole number from 1 to 2592000000
          clada.slice.ms                      | 7000 | clada.sparsity.window.ms: 60000 is not a multiple of clada.slice.ms, 7000
          """)
  void aWrongSettingIsNamed(String key, String value, String message) {
    assertThatThrownBy(() -> TopologyConfig.of(properties(key, value)))
        .isInstanceOf(ServiceException.class)
        .hasMessage(message);
  }

  @Test
  void theBrokerMustBeNamed() {
    Properties properties = properties();
    properties.remove("bootstrap.servers");

    assertThatThrownBy(() -> TopologyConfig.of(properties))
        .isInstanceOf(TopologyException.class)
        .hasMessage("bootstrap.servers is not set");
  }

  private static Properties properties(String... pairs) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", "localhost:9092");
    properties.put("schema.registry.url", "mock://config-test");
    for (int i = 0; i < pairs.length; i += 2) {
      properties.put(pairs[i], pairs[i + 1]);
    }
    return properties;
  }
}
