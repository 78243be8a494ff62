package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.topics.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers of today's version, replaced one after the other by the next one's in mid-sentence. */
class UpgradeTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Duration SLOW = Duration.ofMillis(10);
  private static final Duration FAST = Duration.ofMillis(1);
  private static final List<TopicPartition> ATTEMPTS =
      List.of(
          new TopicPartition("clada-worker-attempts-changelog", 0),
          new TopicPartition("clada-worker-attempts-changelog", 1));

  private final Stories stories = Stories.of(4000, "a", "b", "c", "d", "e", "f");

  @TempDir Path folder;
  private EmbeddedKafka kafka;
  private Traffic traffic;

  @BeforeEach
  void open() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      new Topics("clada").createMissing(admin, 2, (short) 1);
    }
    traffic = new Traffic(kafka.bootstrapServers());
    traffic.listen(2);
  }

  @AfterEach
  void close() {
    traffic.close();
    kafka.close();
  }

  @Test
  void nothingIsLostWhileBothVersionsServe() throws Exception {
    List<Path> next = List.of(NextVersion.make(folder.resolve("next")));
    stories.post(traffic);
    try (WorkerProcess one = start("one", SLOW, List.of());
        WorkerProcess two = start("two", SLOW, List.of())) {
      await().atMost(PATIENCE).until(() -> stories.allHave(traffic, 10));
      one.signal("TERM");
      assertThat(one.exitCode()).as(one.log()).isEqualTo(143);

      // On the store that today's version has left.
      try (WorkerProcess one2 = start("one", SLOW, next)) {
        await().atMost(PATIENCE).until(() -> versions().size() == 2);
        assertThat(two.isAlive()).as(two.log()).isTrue();
        assertThat(traffic.ended()).as("both versions serve in mid-sentence").isZero();
        two.close();

        try (WorkerProcess two2 = start("two", FAST, next)) {
          one2.signal("TERM");
          await().atMost(PATIENCE).until(() -> traffic.ended() == stories.ids().size());
          assertThat(two2.isAlive()).as(two2.log()).isTrue();
        }
      }
    }
    stories.assertWhole(traffic);
  }

  private WorkerProcess start(String name, Duration perToken, List<Path> version) throws Exception {
    return WorkerProcess.start(
        kafka.bootstrapServers(), folder.resolve(name), perToken, "exactly_once_v2", version);
  }

  /** Fingerprints of the schemas that attempts were written with. */
  private Set<String> versions() {
    Set<String> versions = new HashSet<>();
    try (Consumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(ATTEMPTS);
      consumer.seekToBeginning(ATTEMPTS);
      Map<TopicPartition, Long> ends = consumer.endOffsets(ATTEMPTS);
      while (ATTEMPTS.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          if (record.value() != null) {
            versions.add(HexFormat.of().formatHex(record.value(), 2, 10));
          }
        }
      }
    }
    return versions;
  }
}
