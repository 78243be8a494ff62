package io.clada.cli;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialDeletion;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;

/** What one user is let do, found out by trying it. Every topic needs a record in partition 0. */
final class Attempts implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] SOMETHING = {1};

  /** Something that one may be let do. */
  private interface Attempt {
    void make() throws Exception;
  }

  private final Properties settings;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Attempt> attempts = new LinkedHashMap<>();

  /** Contacts nobody yet. */
  Attempts(Properties settings) {
    this.settings = settings;
    Map<String, Object> common = Settings.asMap(settings);
    common.put("enable.idempotence", false);
    common.put("enable.auto.commit", false);
    common.put("default.api.timeout.ms", (int) PATIENCE.toMillis());
    common.put("max.block.ms", PATIENCE.toMillis());
    admin = Admin.create(Settings.asMap(settings));
    producer = new KafkaProducer<>(common, new ByteArraySerializer(), new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(common, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    for (NewTopic topic : SecuredCluster.TOPICS.catalogue(1, (short) 1)) {
      String name = topic.name();
      attempts.put("read " + name, () -> read(name));
      attempts.put("write " + name, () -> write(name));
    }
    String changelog = "stories-worker-requests-changelog";
    attempts.put("read a worker's state, prompts in it", () -> read(changelog));
    attempts.put("write a worker's state", () -> write(changelog));
    attempts.put("read another prefix's tokens", () -> read(SecuredCluster.OTHERS.tokens()));
    attempts.put("write another prefix's requests", () -> write(SecuredCluster.OTHERS.requests()));
    attempts.put("join the workers' group", () -> join("stories-worker"));
    attempts.put("join the topology's group", () -> join("stories-topology"));
    attempts.put("join a consumers' group", () -> join("stories-consumer-1"));
    attempts.put("join another group", () -> join("letters-consumer-1"));
    attempts.put("write in a worker's name", () -> beginTransactions("stories-worker-1-1"));
    attempts.put("write in the topology's name", () -> beginTransactions("stories-topology-1-1"));
    attempts.put("create a topic", this::createTopic);
    attempts.put("change a topic's settings", this::alterTopic);
    attempts.put("delete what is in a topic", this::deleteRecords);
    attempts.put("read the ACLs", () -> admin.describeAcls(AclBindingFilter.ANY).values().get());
    attempts.put("change users", this::deleteUser);
  }

  /** Whether each is allowed. */
  Map<String, Boolean> outcomes() {
    Map<String, Boolean> outcomes = new LinkedHashMap<>();
    attempts.forEach((name, attempt) -> outcomes.put(name, isAllowed(name, attempt)));
    return outcomes;
  }

  private static boolean isAllowed(String name, Attempt attempt) {
    try {
      attempt.make();
      return true;
    } catch (Exception e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof AuthorizationException || cause instanceof AuthenticationException) {
          return false;
        }
      }
      throw new AssertionError("cannot tell whether one may " + name, e);
    }
  }

  void write(String topic) throws Exception {
    producer.send(new ProducerRecord<>(topic, 0, SOMETHING, SOMETHING)).get();
  }

  private void read(String topic) {
    TopicPartition partition = new TopicPartition(topic, 0);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !consumer.poll(Duration.ofMillis(100)).isEmpty());
  }

  /** A broker looks at the right to the group first. */
  private void join(String group) {
    Map<String, Object> config = Settings.asMap(settings);
    config.put("group.id", group);
    try (KafkaConsumer<byte[], byte[]> member =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      member.commitSync(
          Map.of(new TopicPartition(SecuredCluster.TOPICS.tokens(), 0), new OffsetAndMetadata(0)),
          PATIENCE);
    } catch (TopicAuthorizationException e) {
      // It is in the group, and has no right to that topic.
    }
  }

  private void beginTransactions(String id) {
    Map<String, Object> config = Settings.asMap(settings);
    config.put("transactional.id", id);
    config.put("max.block.ms", PATIENCE.toMillis());
    try (KafkaProducer<byte[], byte[]> writer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      writer.initTransactions();
    }
  }

  private void createTopic() throws Exception {
    admin.createTopics(List.of(new NewTopic("stories.new", 1, (short) 1))).all().get();
  }

  private void alterTopic() throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, SecuredCluster.TOPICS.requests()),
                List.of(
                    new AlterConfigOp(
                        new ConfigEntry("retention.ms", "1"), AlterConfigOp.OpType.SET))))
        .all()
        .get();
  }

  private void deleteRecords() throws Exception {
    admin
        .deleteRecords(
            Map.of(
                new TopicPartition(SecuredCluster.TOPICS.requests(), 0),
                RecordsToDelete.beforeOffset(0)))
        .all()
        .get();
  }

  private void deleteUser() throws Exception {
    admin
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialDeletion(
                    SecuredCluster.STRANGER, ScramMechanism.SCRAM_SHA_512)))
        .all()
        .get();
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    producer.close(Duration.ZERO);
    consumer.close();
  }
}
