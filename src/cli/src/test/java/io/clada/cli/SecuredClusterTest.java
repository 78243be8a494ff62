package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.topology.ThresholdsControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Every role on a cluster with TLS, passwords and ACLs: it can do its work, and no more. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class SecuredClusterTest {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int SIGTERM = 143;
  private static final String ANONYMOUS = "anonymous";

  @TempDir static Path folder;
  private static SecuredCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    Logging.interactive();
    cluster = SecuredCluster.start(folder);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  @Order(1)
  void everyRoleCanDoItsWork() throws Exception {
    Path worker =
        cluster.configFile(
            "worker", "clada.create.topics=false", "state.dir=" + folder.resolve("worker"));
    Path topology =
        cluster.configFile(
            "topology",
            "clada.create.topics=false",
            "clada.thresholds.min.samples=5",
            "clada.thresholds.interval.ms=200",
            "commit.interval.ms=100",
            "state.dir=" + folder.resolve("topology"));
    try (CladaProcess working = service("worker", worker);
        CladaProcess aggregating = service("topology", topology)) {
      awaitRunning(working);
      awaitRunning(aggregating);

      // The gateway writes requests and reads tokens.
      assertThat(submit("gateway", "--follow", "--max-new-tokens", "40", "once upon a time"))
          .startsWith("once upon a time")
          .hasSizeGreaterThan(30);
      submit("producer", "--id", "for-others", "--max-new-tokens", "5", "the little dog");
      assertThat(tokens(cluster.properties("consumer"), "for-others")).hasSize(5);
      assertThat(tokens(cluster.byCertificate(), "for-others")).hasSize(5);
      // What the worker told, the topology has read, and obeys an operator.
      try (ThresholdsControl operator =
          new ThresholdsControl(cluster.properties("ops"), SecuredCluster.TOPICS)) {
        await().atMost(PATIENCE).until(() -> operator.inForce().containsKey("demo-llama"));
        Thresholds pinned = operator.pin("demo-llama", null, "the test");
        assertThat(pinned.getPinned()).isTrue();
      }
      assertThat(working.terminate()).isEqualTo(SIGTERM);
      assertThat(aggregating.terminate()).isEqualTo(SIGTERM);
      for (CladaProcess service : List.of(working, aggregating)) {
        assertThat(service.err() + service.out())
            .doesNotContain("secret-of-", Certificates.PASSWORD, "uthorized", " ERROR ");
      }
    }
  }

  @Test
  @Order(2)
  void noRoleCanDoMoreThanTheDocumentSays() throws Exception {
    fillEveryTopic();
    Map<String, Properties> users = new LinkedHashMap<>();
    for (String role : SecuredCluster.roles()) {
      users.put(role, cluster.properties(role));
    }
    users.put(SecuredCluster.STRANGER, cluster.properties(SecuredCluster.STRANGER));
    users.put(ANONYMOUS, cluster.plain());

    AclMatrix matrix = new AclMatrix();
    for (Map.Entry<String, Properties> user : users.entrySet()) {
      try (Attempts attempts = new Attempts(user.getValue())) {
        matrix.add(user.getKey(), attempts.outcomes());
      }
    }

    System.out.println(matrix);
    assertThat(Files.readString(TestConsole.HOME.resolve("SECURITY.md")))
        .contains(matrix.toString());
  }

  @Test
  @Order(3)
  void whoCannotSayWhoHeIsGetsNoAnswer() {
    assertThatThrownBy(() -> look(cluster.properties("worker", "guessed")))
        .hasCauseInstanceOf(SaslAuthenticationException.class);
    assertThatThrownBy(() -> look(cluster.withoutCertificate()))
        .hasCauseInstanceOf(SslAuthenticationException.class);
  }

  /** The worker's first look, on a cluster whose topics it may not even see. */
  @Test
  @Order(4)
  void aRoleThatIsNotAllowedToSaysSoInOneLine() throws IOException {
    TestConsole console = new TestConsole();
    Path config = cluster.configFile(SecuredCluster.STRANGER);

    int code = console.run("worker", "--config", config.toString());

    assertThat(code).isEqualTo(1);
    assertThat(console.err().lines().toList().get(console.err().lines().toList().size() - 1))
        .contains("authorization failed", "deploy/acls.csv", "clada.create.topics=false");
  }

  private static CladaProcess service(String role, Path config) throws IOException {
    return CladaProcess.start(folder, role, role, "--config", config.toString(), "--verbose");
  }

  private static void awaitRunning(CladaProcess service) {
    await()
        .atMost(PATIENCE)
        .until(() -> service.err().contains("Ctrl-C stops it") || !service.isAlive());
  }

  private static String submit(String user, String... args) throws IOException {
    TestConsole console = new TestConsole();
    List<String> all =
        new ArrayList<>(List.of("submit", "--config", cluster.configFile(user).toString()));
    all.addAll(List.of(args));
    int code = console.run(all.toArray(String[]::new));
    assertThat(code).describedAs(console.err()).isZero();
    return console.out();
  }

  /** As a consumer in any language: a member of a group, committed tokens only. */
  private static List<TokenEvent> tokens(Properties user, String id) {
    Map<String, Object> config = Settings.asMap(user);
    config.put("group.id", "stories-consumer-" + config.get("security.protocol"));
    config.put("auto.offset.reset", "earliest");
    config.put("isolation.level", "read_committed");
    List<TokenEvent> events = new ArrayList<>();
    try (KafkaConsumer<String, TokenEvent> consumer =
        new KafkaConsumer<>(
            config,
            new StringDeserializer(),
            new AvroSerdes(config).values(TokenEvent.class).deserializer())) {
      consumer.subscribe(List.of(SecuredCluster.TOPICS.tokens()));
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record -> {
                          if (record.key().equals(id)) {
                            events.add(record.value());
                          }
                        });
                return !events.isEmpty() && events.get(events.size() - 1).getFinish() != null;
              });
    }
    return events;
  }

  private static void fillEveryTopic() throws Exception {
    try (Attempts admin = new Attempts(cluster.properties(SecuredCluster.ADMIN))) {
      for (NewTopic topic : SecuredCluster.TOPICS.catalogue(1, (short) 1)) {
        admin.write(topic.name());
      }
      admin.write(SecuredCluster.OTHERS.tokens());
      admin.write("stories-worker-requests-changelog");
    }
  }

  private static void look(Properties settings) throws Exception {
    try (Admin admin = Admin.create(Settings.asMap(settings))) {
      admin.describeCluster().nodes().get(20, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e;
    }
  }
}
