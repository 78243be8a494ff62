package io.clada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Brokers that go away, and consumers that fail. */
final class OutageTest {
  private static final TopicPartition PARTITION = new TopicPartition("clada.tokens", 0);

  private final Serde<TokenEvent> values =
      new AvroSerdes(Map.of("schema.registry.url", "mock://outage")).values(TokenEvent.class);

  @Test
  void aBrokerThatComesBackIsReadOn(@TempDir Path data) {
    EmbeddedKafka kafka = start(data, 0);
    try (Fleet fleet = new Fleet(kafka);
        CladaClient client =
            CladaClient.builder(fleet.properties()).tokenTimeout(Duration.ofSeconds(60)).build();
        TokenStream tokens = client.submit("t", prompt("p"))) {
      fleet.answer("t", 0, 2, false);
      tokens.next();

      kafka.close();
      kafka = start(data, port(kafka));
      fleet.answer("t", 2, 4, true);

      assertThat(tokens.readAll().get(0).text()).isEqualTo(" 0 1 2 3");
    } finally {
      kafka.close();
    }
  }

  @Test
  void whatWasNotStoredInTimeIsNotStoredLater(@TempDir Path data) {
    EmbeddedKafka kafka = start(data, 0);
    try (Fleet fleet = new Fleet(kafka);
        CladaClient client =
            CladaClient.builder(fleet.properties()).brokerTimeout(Duration.ofSeconds(5)).build()) {
      client.post("t", prompt("in time"));

      kafka.close();
      assertThatThrownBy(() -> client.post("t", prompt("too late")))
          .isInstanceOf(ClientException.class)
          .hasMessageContaining("request t was not stored");
      kafka = start(data, port(kafka));
      await()
          .atMost(Duration.ofMinutes(3))
          .ignoreExceptions()
          .untilAsserted(() -> client.post("t", prompt("again")));

      assertThat(fleet.posted("t", 2).stream().map(GenerationRequest::getPrompt))
          .startsWith("in time", "again");
    } finally {
      kafka.close();
    }
  }

  /**
   * @param port 0: any
   */
  private static EmbeddedKafka start(Path data, int port) {
    return EmbeddedKafka.start(new EmbeddedKafka.Options(data, port, Map.of()));
  }

  private static int port(EmbeddedKafka kafka) {
    return Integer.parseInt(kafka.bootstrapServers().split(":", -1)[1]);
  }

  private static GenerationRequest prompt(String text) {
    return GenerationRequest.newBuilder().setPrompt(text).build();
  }

  @Test
  void aConsumerThatFailsIsReplacedByOneThatGoesOn() throws Exception {
    MockConsumer<String, byte[]> first = consumer();
    MockConsumer<String, byte[]> second = consumer();
    try (Dispatcher dispatcher = dispatcher(first, second)) {
      Mailbox mailbox = new Mailbox(100, dispatcher::look);
      dispatcher.follow(List.of("t"), mailbox).get(10, TimeUnit.SECONDS);
      first.schedulePollTask(() -> first.addRecord(token(0)));
      assertThat(index(mailbox)).isEqualTo(0);

      first.schedulePollTask(() -> first.setPollException(new KafkaException("broken")));
      second.schedulePollTask(() -> second.addRecord(token(1)));

      assertThat(index(mailbox)).isEqualTo(1);
      assertThat(first.closed()).isTrue();
    }
    assertThat(second.closed()).isTrue();
  }

  @Test
  void aClientWithoutTheRightToReadSaysSo() throws Exception {
    MockConsumer<String, byte[]> first = consumer();
    try (Dispatcher dispatcher = dispatcher(first, consumer())) {
      Mailbox mailbox = new Mailbox(100, dispatcher::look);
      dispatcher.follow(List.of("t"), mailbox).get(10, TimeUnit.SECONDS);

      first.schedulePollTask(
          () -> first.setPollException(new TopicAuthorizationException("not for you")));

      assertThatThrownBy(() -> mailbox.poll(TimeUnit.SECONDS.toNanos(10)))
          .isInstanceOf(ClientException.class)
          .hasMessage("tokens can't be read: not for you");
    }
  }

  private Dispatcher dispatcher(Consumer<String, byte[]> first, Consumer<String, byte[]> second) {
    Queue<Consumer<String, byte[]>> queue = new ArrayDeque<>(List.of(first, second));
    return new Dispatcher(
        queue::remove,
        new LogEnds(consumer(), PARTITION.topic(), null, Duration.ofSeconds(10)),
        values.deserializer(),
        PARTITION.topic(),
        null,
        Duration.ofSeconds(30));
  }

  private static MockConsumer<String, byte[]> consumer() {
    MockConsumer<String, byte[]> consumer = new MockConsumer<>("none");
    consumer.updatePartitions(
        PARTITION.topic(), List.of(new PartitionInfo(PARTITION.topic(), 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    consumer.updateEndOffsets(Map.of(PARTITION, 0L));
    return consumer;
  }

  private ConsumerRecord<String, byte[]> token(int index) {
    byte[] value =
        values.serializer().serialize(PARTITION.topic(), Fleet.event("t", index, 0, false));
    return new ConsumerRecord<>(PARTITION.topic(), 0, index, "t", value);
  }

  private static int index(Mailbox mailbox) throws InterruptedException {
    return mailbox.poll(TimeUnit.SECONDS.toNanos(10)).event().getTokenIndex();
  }
}
