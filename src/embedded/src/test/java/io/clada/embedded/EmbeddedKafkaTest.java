package io.clada.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedKafkaTest {

  @Test
  void whatIsProducedIsConsumed() {
    try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        TestClients clients = new TestClients(kafka.bootstrapServers())) {
      clients.createTopic("words", 2);

      clients.produce("words", "once", "upon", "a", "time");

      assertThat(clients.consume("words", 4))
          .containsExactlyInAnyOrder("once", "upon", "a", "time");
      assertThat(List.of(kafka.bootstrapServers())).allMatch(s -> s.startsWith("127.0.0.1:"));
    }
  }
}
