package io.clada.schemas.topics;

import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TopicsTest {
  private static final String DAY = "86400000";
  private static final String WEEK = "604800000";
  private static final String MONTH = "2592000000";

  private TestBroker broker;
  private Admin admin;

  @BeforeAll
  void startBroker(@TempDir Path folder) throws Exception {
    broker = new TestBroker(folder);
    admin = Admin.create(Map.of("bootstrap.servers", broker.address()));
  }

  @AfterAll
  void stopBroker() {
    admin.close();
    broker.close();
  }

  private Map<String, Integer> partitions(String prefix) throws Exception {
    List<String> names =
        admin.listTopics().names().get().stream().filter(n -> n.startsWith(prefix + ".")).toList();
    return admin.describeTopics(names).allTopicNames().get().values().stream()
        .collect(toMap(TopicDescription::name, topic -> topic.partitions().size()));
  }

  private void create(NewTopic topic) throws Exception {
    admin.createTopics(List.of(topic)).all().get();
  }

  private String setting(String topic, String key) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config = admin.describeConfigs(List.of(resource)).all().get().get(resource);
    return config.get(key).value();
  }

  @Test
  void theCatalogueHoldsEachTopicWithItsRetention() {
    assertThat(new Topics("clada").catalogue(8, (short) 1))
        .extracting(
            topic ->
                topic.name()
                    + " "
                    + topic.configs().get("cleanup.policy")
                    + " "
                    + topic.configs().get("retention.ms"))
        .containsExactly(
            "clada.requests delete " + WEEK,
            "clada.tokens delete " + DAY,
            "clada.telemetry delete " + WEEK,
            "clada.neurons delete " + DAY,
            "clada.sparsity delete " + MONTH,
            "clada.thresholds compact null",
            "clada.backbone compact null",
            "clada.dead-letter delete " + MONTH);
  }

  @Test
  void replicatedTopicsAskForTwoReplicasInSync() {
    List<NewTopic> replicated = new Topics("clada").catalogue(8, (short) 3);
    List<NewTopic> single = new Topics("clada").catalogue(8, (short) 1);

    assertThat(replicated)
        .allSatisfy(t -> assertThat(t.configs()).containsEntry("min.insync.replicas", "2"));
    assertThat(single)
        .allSatisfy(t -> assertThat(t.configs()).doesNotContainKey("min.insync.replicas"));
  }

  @Test
  void aPrefixThatKafkaWouldRefuseIsRefused() {
    assertThatThrownBy(() -> new Topics("my topics"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("clada.topic.prefix");
  }

  @Test
  void allTopicsAreCreated() throws Exception {
    Topics topics = new Topics("fresh");
    topics.createMissing(admin, 3, (short) 1);

    assertThat(partitions("fresh")).hasSize(8).containsEntry("fresh.requests", 3);
    assertThat(setting(topics.thresholds(), "cleanup.policy")).isEqualTo("compact");
    assertThat(setting(topics.tokens(), "retention.ms")).isEqualTo(DAY);
    assertThat(setting(topics.backbone(), "min.compaction.lag.ms")).isEqualTo("3600000");
  }

  @Test
  void severalProcessesMayCreateThemAtOnce() throws Exception {
    Topics topics = new Topics("race");
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      Runnable create = () -> topics.createMissing(admin, 2, (short) 1);
      for (Future<?> done :
          List.of(pool.submit(create), pool.submit(create), pool.submit(create))) {
        done.get();
      }
    } finally {
      pool.shutdown();
    }
    assertThat(partitions("race")).hasSize(8);
  }

  @Test
  void existingTopicsMustHaveEqualPartitions() throws Exception {
    Topics topics = new Topics("uneven");
    create(new NewTopic(topics.tokens(), 5, (short) 1));

    assertThatThrownBy(() -> topics.createMissing(admin, 2, (short) 1))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("uneven.tokens=5")
        .hasMessageContaining("clada.partitions");
  }

  @Test
  void otherTopicsMayHaveAnyPartitions() throws Exception {
    Topics topics = new Topics("free");
    create(new NewTopic(topics.sparsity(), 1, (short) 1));

    topics.createMissing(admin, 2, (short) 1);

    assertThat(partitions("free")).containsEntry("free.sparsity", 1).hasSize(8);
  }

  @Test
  void aReplicationThatTheClusterCannotGiveIsAnError() {
    assertThatThrownBy(() -> new Topics("big").createMissing(admin, 1, (short) 3))
        .isInstanceOf(KafkaException.class)
        .hasMessageContaining("eplication");
  }
}
