package io.clada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.GenerationRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens for those that do not wait. */
final class PublisherTest {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static EmbeddedKafka kafka;
  private static ExecutorService executor;

  private Fleet fleet;
  private CladaClient client;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    executor = Executors.newFixedThreadPool(4);
  }

  @AfterAll
  static void stop() {
    executor.shutdown();
    kafka.close();
  }

  @BeforeEach
  void connect() {
    fleet = new Fleet(kafka);
    client = CladaClient.builder(fleet.properties()).bufferedTokens(4).build();
  }

  @AfterEach
  void disconnect() {
    client.close();
    fleet.close();
  }

  /** Keeps what it is told; asks for nothing by itself. */
  private static final class Reader implements Flow.Subscriber<TokenUpdate> {
    final List<String> heard = new CopyOnWriteArrayList<>();
    volatile Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription opened) {
      subscription = opened;
    }

    @Override
    public void onNext(TokenUpdate update) {
      heard.add(update.event().getText());
    }

    @Override
    public void onError(Throwable reason) {
      heard.add("error: " + reason.getMessage());
    }

    @Override
    public void onComplete() {
      heard.add("end");
    }
  }

  private Reader read(TokenStream stream) {
    Reader reader = new Reader();
    stream.publisher(executor).subscribe(reader);
    return reader;
  }

  @Test
  void asManyTokensComeAsWereAskedForThoughMoreAreThereThanFit() {
    Reader reader = read(client.submit("r", request()));
    fleet.answer("r", 0, 10, true);

    reader.subscription.request(2);
    await().atMost(PATIENCE).until(() -> reader.heard.size() == 2);
    reader.subscription.request(1);
    await().atMost(PATIENCE).until(() -> reader.heard.size() >= 3);
    assertThat(reader.heard).containsExactly(" 0", " 1", " 2");

    reader.subscription.request(Long.MAX_VALUE);
    await().atMost(PATIENCE).until(() -> reader.heard.contains("end"));
    assertThat(reader.heard).hasSize(11).endsWith(" 9", "end");
  }

  @Test
  void aCancelledSubscriptionFreesItsId() {
    Reader reader = read(client.submit("r", request()));
    reader.subscription.cancel();
    fleet.answer("r", 0, 1, true);

    Reader again = read(client.submit("r", request()));
    fleet.answer("r", 0, 1, true);
    again.subscription.request(9);

    await().atMost(PATIENCE).until(() -> again.heard.contains("end"));
    assertThat(reader.heard).isEmpty();
  }

  @Test
  void aClientThatIsClosedTellsItsReaders() {
    Reader reader = read(client.submit("r", request()));
    reader.subscription.request(1);

    client.close();

    await().atMost(PATIENCE).until(() -> !reader.heard.isEmpty());
    assertThat(reader.heard.get(0)).startsWith("error: ").contains("closed");
  }

  @Test
  void nothingCannotBeAskedFor() {
    Reader reader = read(client.submit("r", request()));
    reader.subscription.request(0);

    await().atMost(PATIENCE).until(() -> !reader.heard.isEmpty());
    assertThat(reader.heard).containsExactly("error: 0 tokens were requested; the least is 1");
  }

  @Test
  void modelsAreThoseWithThresholds() {
    assertThat(client.models()).isEmpty();
    fleet.raw(fleet.topics().thresholds(), "one", new byte[1]);
    fleet.raw(fleet.topics().thresholds(), "two", new byte[1]);
    fleet.raw(fleet.topics().thresholds(), "two/order", new byte[1]);
    assertThat(client.models()).containsExactlyInAnyOrder("one", "two");
    fleet.raw(fleet.topics().thresholds(), "one", null);
    assertThat(client.models()).containsExactly("two");
  }

  @Test
  void modelsOfAFleetThatIsNotThereAreAskedForAgain() {
    Map<String, Object> early = new HashMap<>(fleet.properties());
    early.put("clada.topic.prefix", "early-" + UUID.randomUUID());
    try (CladaClient asking = CladaClient.builder(early).build()) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(asking::models)
            .isInstanceOf(ClientException.class)
            .hasMessageContaining("does not exist");
      }
    }
  }

  private static GenerationRequest request() {
    return GenerationRequest.newBuilder().setPrompt("p").build();
  }
}
