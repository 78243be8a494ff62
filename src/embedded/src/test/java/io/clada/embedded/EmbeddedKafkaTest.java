package io.clada.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.embedded.EmbeddedKafka.Options;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaTest {

  @TempDir Path temp;

  @Test
  void whatIsProducedIsConsumed() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(Options.ephemeral());
        TestClients clients = new TestClients(kafka.bootstrapServers())) {
      clients.createTopic("words", 2);

      clients.produce("words", "once", "upon", "a", "time");

      assertThat(clients.consume("words", 4))
          .containsExactlyInAnyOrder("once", "upon", "a", "time");
    }
  }

  @Test
  void anAbortedTransactionIsNeverReadCommitted() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(Options.ephemeral());
        TestClients clients = new TestClients(kafka.bootstrapServers());
        KafkaProducer<String, String> producer =
            clients.producer(Map.of("transactional.id", "teller"))) {
      clients.createTopic("words", 1);
      producer.initTransactions();

      producer.beginTransaction();
      producer.send(new ProducerRecord<>("words", "taken back")).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>("words", "meant")).get();
      producer.commitTransaction();

      assertThat(clients.consume("words", 1)).containsExactly("meant");
    }
  }

  @Test
  void aKeptFolderHasItsDataAfterARestart() throws Exception {
    Options kept = new Options(temp.resolve("data"), 0, Map.of());
    String cluster;
    try (EmbeddedKafka kafka = EmbeddedKafka.start(kept);
        TestClients clients = new TestClients(kafka.bootstrapServers())) {
      cluster = clients.admin().describeCluster().clusterId().get();
      clients.createTopic("words", 2);
      clients.produce("words", "once", "upon");
    }

    try (EmbeddedKafka kafka = EmbeddedKafka.start(kept);
        TestClients clients = new TestClients(kafka.bootstrapServers())) {
      clients.produce("words", "again");

      assertThat(clients.consume("words", 3)).containsExactlyInAnyOrder("once", "upon", "again");
      assertThat(clients.admin().describeCluster().clusterId().get()).isEqualTo(cluster);
    }
  }

  @Test
  void twoBrokersSideBySideShareNothing() throws Exception {
    try (EmbeddedKafka one = EmbeddedKafka.start(Options.ephemeral());
        EmbeddedKafka other = EmbeddedKafka.start(Options.ephemeral());
        TestClients oneClients = new TestClients(one.bootstrapServers());
        TestClients otherClients = new TestClients(other.bootstrapServers())) {
      oneClients.createTopic("here", 1);
      otherClients.createTopic("there", 1);

      assertThat(oneClients.admin().listTopics().names().get()).containsExactly("here");
      assertThat(otherClients.admin().listTopics().names().get()).containsExactly("there");
    }
  }

  @Test
  void itListensOnLoopbackOnly() throws Exception {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(Options.ephemeral());
        TestClients clients = new TestClients(kafka.bootstrapServers())) {
      assertThat(clients.admin().describeCluster().nodes().get())
          .singleElement()
          .satisfies(
              node ->
                  assertThat(node.host() + ":" + node.port()).isEqualTo(kafka.bootstrapServers()));
      assertThat(kafka.bootstrapServers()).startsWith("127.0.0.1:");
    }
  }

  @Test
  void topicsAreNotCreatedByAccident() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(Options.ephemeral());
        TestClients clients = new TestClients(kafka.bootstrapServers());
        KafkaProducer<String, String> producer = clients.producer(Map.of("max.block.ms", 500))) {
      assertThatThrownBy(() -> producer.send(new ProducerRecord<>("wrods", "once")).get())
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("wrods not present");
    }
  }

  @Test
  void aTemporaryFolderIsGoneAfterClose() {
    EmbeddedKafka kafka = EmbeddedKafka.start(Options.ephemeral(), temp);
    assertThat(temp).isNotEmptyDirectory();

    kafka.close();
    kafka.close();

    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void aPortInUseIsNamed() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(Options.ephemeral())) {
      int port = URI.create("kafka://" + kafka.bootstrapServers()).getPort();

      assertThatThrownBy(() -> EmbeddedKafka.start(new Options(null, port, Map.of()), temp))
          .isInstanceOf(EmbeddedStartException.class)
          .hasMessage(
              "port %d is already in use, so the embedded Kafka broker cannot listen on it;"
                  + " choose another port, or 0 for any free one",
              port);
      assertThat(temp).isEmptyDirectory();
    }
  }

  @Test
  void aFolderInUseIsNamed() {
    Options kept = new Options(temp.resolve("data"), 0, Map.of());
    try (EmbeddedKafka kafka = EmbeddedKafka.start(kept)) {
      assertThatThrownBy(() -> EmbeddedKafka.start(kept))
          .isInstanceOf(EmbeddedStartException.class)
          .hasMessage(
              "data folder %s is already in use; stop what uses it or choose another one",
              temp.resolve("data"));
    }
  }

  @Test
  void aFolderThatCannotBeIsNamed() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));

    assertThatThrownBy(() -> EmbeddedKafka.start(new Options(file, 0, Map.of())))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining("data folder " + file + " cannot be written to");
  }

  @Test
  void aFailedStartLeavesNothingBehind() {
    Options wrong = new Options(null, 0, Map.of("authorizer.class.name", "no.such.Authorizer"));

    assertThatThrownBy(() -> EmbeddedKafka.start(wrong, temp))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageContaining("no.such.Authorizer")
        .hasMessageNotContaining("\n");
    assertThat(temp).isEmptyDirectory();
  }

  @Test
  void listenersAreNotASetting() {
    Options wrong = new Options(null, 0, Map.of("listeners", "BROKER://0.0.0.0:9092"));

    assertThatThrownBy(() -> EmbeddedKafka.start(wrong, temp))
        .isInstanceOf(EmbeddedStartException.class)
        .hasMessageStartingWith("broker setting 'listeners' cannot be overridden");
  }

  @Test
  void otherSettingsAreOverridden() {
    Options lenient = new Options(null, 0, Map.of("auto.create.topics.enable", "true"));
    try (EmbeddedKafka kafka = EmbeddedKafka.start(lenient);
        TestClients clients = new TestClients(kafka.bootstrapServers())) {
      clients.produce("unplanned", "once");

      assertThat(clients.consume("unplanned", 1)).containsExactly("once");
    }
  }
}
