package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

/** One .properties file for the worker, Kafka Streams and its clients. */
class WorkerConfigTest {
  @Test
  void tunesKafkaStreamsForTokensThatPeopleWaitFor() {
    StreamsConfig streams = streams(config(Map.of("clada.replication.factor", "2")));

    assertThat(streams.getString("application.id")).isEqualTo("clada-worker");
    assertThat(streams.getString("processing.guarantee")).isEqualTo("exactly_once_v2");
    assertThat(streams.getLong("commit.interval.ms")).isEqualTo(25);
    assertThat(streams.getLong("max.task.idle.ms")).isEqualTo(-1);
    assertThat(streams.getInt("replication.factor")).isEqualTo(2);
    assertThat(streams.getProducerConfigs("p"))
        .containsEntry("linger.ms", 1)
        .containsEntry("transaction.timeout.ms", 3_000);
    assertThat(streams.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("session.timeout.ms", 6_000)
        .containsEntry("heartbeat.interval.ms", 500);
  }

  @Test
  void letsEveryDefaultBeOverriddenWithAndWithoutAClientsPrefix() {
    StreamsConfig streams =
        streams(
            config(
                Map.of(
                    "application.id", "mine",
                    "commit.interval.ms", "50",
                    "linger.ms", "7",
                    "producer.transaction.timeout.ms", "9000",
                    "main.consumer.session.timeout.ms", "12000")));

    assertThat(streams.getString("application.id")).isEqualTo("mine");
    assertThat(streams.getLong("commit.interval.ms")).isEqualTo(50);
    assertThat(streams.getProducerConfigs("p"))
        .containsEntry("linger.ms", "7")
        .containsEntry("transaction.timeout.ms", "9000");
    assertThat(streams.getMainConsumerConfigs("g", "c", 0))
        .containsEntry("session.timeout.ms", "12000");
  }

  @Test
  void passesOnWhatIsNotItsOwn() {
    WorkerConfig config =
        config(Map.of("schema.registry.url", "http://registry", "clada.topic.prefix", "team"));

    assertThat(config.kafka())
        .containsEntry("schema.registry.url", "http://registry")
        .containsEntry("application.id", "team-worker")
        .doesNotContainKey("clada.topic.prefix");
    assertThat(config.topics().requests()).isEqualTo("team.requests");
  }

  @Test
  void hasDefaultsForItsOwnSettings() {
    WorkerConfig config = config(Map.of());

    assertThat(config.partitions()).isEqualTo(8);
    assertThat(config.replication()).isEqualTo(WorkerConfig.AS_BROKERS_ALLOW);
    assertThat(config.createTopics()).isTrue();
    assertThat(config.admission().maxQueuedRequests()).isEqualTo(1000);
    assertThat(config.patience())
        .isEqualTo(
            new Patience(Duration.ofMinutes(1), Duration.ofMinutes(2), Duration.ofSeconds(25)));
    assertThat(config.drainInterval()).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void namesTheSettingThatIsWrong() {
    assertThatThrownBy(() -> WorkerConfig.of(new Properties()))
        .hasMessageStartingWith("bootstrap.servers is not set");
    assertThatThrownBy(() -> config(Map.of("clada.partitions", "many")))
        .hasMessage("clada.partitions: 'many' is not a whole number from 1 to 100000");
    assertThatThrownBy(() -> config(Map.of("clada.create.topics", "yes")))
        .hasMessage("clada.create.topics: 'yes' is not true or false");
  }

  private static WorkerConfig config(Map<String, String> more) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", "localhost:9092");
    properties.putAll(more);
    return WorkerConfig.of(properties);
  }

  private static StreamsConfig streams(WorkerConfig config) {
    Properties properties = new Properties();
    properties.putAll(config.kafka());
    return new StreamsConfig(properties);
  }
}
