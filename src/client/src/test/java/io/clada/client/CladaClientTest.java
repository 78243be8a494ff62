package io.clada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests out, tokens in. */
final class CladaClientTest {
  private static EmbeddedKafka kafka;

  private Fleet fleet;
  private CladaClient client;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @BeforeEach
  void connect() {
    fleet = new Fleet(kafka);
    client = builder().build();
  }

  @AfterEach
  void disconnect() {
    client.close();
    fleet.close();
  }

  private CladaClientBuilder builder() {
    return CladaClient.builder(fleet.properties()).tokenTimeout(Duration.ofSeconds(30));
  }

  @Test
  void aPromptIsPostedAndItsAnswerFollowed() {
    try (TokenStream tokens = client.submit("once upon a time")) {
      String id = tokens.ids().iterator().next();
      assertThat(fleet.posted(id, 1))
          .extracting(GenerationRequest::getPrompt)
          .containsExactly("once upon a time");

      fleet.answer(id, 0, 3, true);

      List<String> texts = new ArrayList<>();
      tokens.forEachRemaining(update -> texts.add(update.event().getText()));
      assertThat(texts).containsExactly(" 0", " 1", " 2");
      assertThat(tokens.answer(id).finish()).isEqualTo(Finish.LENGTH);
      assertThatThrownBy(tokens::next).isInstanceOf(NoSuchElementException.class);
    }
  }

  @Test
  void aConversationIsPosted() {
    try (TokenStream tokens = client.submit(List.of(new ChatMessage("user", "hello")))) {
      GenerationRequest posted = fleet.posted(tokens.ids().iterator().next(), 1).get(0);

      assertThat(posted.getMessages()).containsExactly(new ChatMessage("user", "hello"));
      assertThat(posted.getPrompt()).isEmpty();
    }
  }

  @Test
  void manyAreFollowedAtATime() throws Exception {
    List<CompletableFuture<String>> answers = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      TokenStream tokens = client.submit("r-" + i, request());
      answers.add(
          CompletableFuture.supplyAsync(
              () -> {
                try (tokens) {
                  return tokens.readAll().get(0).text();
                }
              }));
    }

    for (int token = 0; token < 5; token++) {
      for (int i = 0; i < 60; i++) {
        fleet.answer("r-" + i, token, token + 1, token == 4);
      }
    }

    for (CompletableFuture<String> answer : answers) {
      assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(" 0 1 2 3 4");
    }
  }

  @Test
  void oneStreamFollowsSeveralRequests() {
    Map<String, GenerationRequest> requests = new LinkedHashMap<>();
    requests.put("b", request());
    requests.put("a", request());
    try (TokenStream tokens = client.submit(requests)) {
      fleet.answer("a", 0, 2, true);
      fleet.answer("b", 0, 3, true);

      assertThat(tokens.readAll()).extracting(Answer::text).containsExactly(" 0 1 2", " 0 1");
      assertThat(tokens.hasNext()).isFalse();
    }
  }

  @Test
  void whatWasWrittenBeforeIsNoPartOfTheAnswer() {
    fleet.answer("again", 0, 4, true);
    try (TokenStream tokens = client.submit("again", request())) {
      fleet.answer("again", 0, 2, true);

      assertThat(tokens.readAll().get(0).text()).isEqualTo(" 0 1");
    }
  }

  @Test
  void theRepeatedEndOfARequestThatEndedBeforeIsItsAnswer() {
    try (TokenStream tokens = client.submit("ended", request())) {
      fleet.answer("ended", 7, 8, true);

      assertThat(tokens.next().event().getFinish()).isEqualTo(Finish.LENGTH);
      assertThat(tokens.hasNext()).isFalse();
    }
  }

  @Test
  void aTombstoneCancels() {
    try (TokenStream tokens = client.submit("unwanted", request())) {
      tokens.cancel("unwanted");
      fleet.answer("unwanted", 0, 1, true);

      assertThat(fleet.posted("unwanted", 2)).hasSize(2).last().isNull();
      assertThat(tokens.next().event().getText()).isEqualTo(" 0");
    }
    client.cancel("other");
    assertThat(fleet.posted("other", 1)).containsOnlyNulls();
  }

  @Test
  void aRequestCanBePostedAlone() {
    client.post("alone", request());

    assertThat(fleet.posted("alone", 1)).hasSize(1);
  }

  @Test
  void silenceEndsTheWaitButNotTheStream() throws Exception {
    try (CladaClient hasty = builder().tokenTimeout(Duration.ofMillis(50)).build();
        TokenStream tokens = hasty.submit("slow", request())) {
      assertThat(tokens.poll(Duration.ofMillis(20))).isNull();
      assertThatThrownBy(tokens::next)
          .isInstanceOf(TokenTimeoutException.class)
          .hasMessageContaining("is a worker running?");

      fleet.answer("slow", 0, 1, true);

      assertThat(tokens.poll(Duration.ofSeconds(30)).event().getText()).isEqualTo(" 0");
    }
  }

  @Test
  void closingAStreamFromOutsideEndsItsReading() throws Exception {
    TokenStream tokens = client.submit("open", request());
    CompletableFuture<TokenUpdate> reading = CompletableFuture.supplyAsync(tokens::next);

    tokens.close();

    assertThatThrownBy(() -> reading.get(30, TimeUnit.SECONDS))
        .isInstanceOfAny(CancellationException.class, java.util.concurrent.ExecutionException.class)
        .satisfies(
            e ->
                assertThat(e instanceof CancellationException ? e : e.getCause())
                    .isInstanceOf(CancellationException.class));
  }

  @Test
  void closingTheClientEndsItsStreams() throws Exception {
    CladaClient other = builder().build();
    TokenStream tokens = other.submit("open", request());

    other.close();

    assertThatThrownBy(tokens::next)
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> other.submit("late", request())).isInstanceOf(ClientException.class);
  }

  @Test
  void anIdIsFollowedOnceAtATime() {
    try (TokenStream first = client.submit("twice", request())) {
      assertThatThrownBy(() -> client.submit("twice", request()))
          .isInstanceOf(ClientException.class)
          .hasMessage("request twice is followed already");
      assertThat(first.hasNext()).isTrue();
    }
    client.submit("twice", request()).close();
  }

  @Test
  void noMoreAreFollowedThanIsAllowed() {
    try (CladaClient small = builder().mostRequests(2).build();
        TokenStream two = small.submit(Map.of("1", request(), "2", request()))) {
      assertThatThrownBy(() -> small.submit("3", request()))
          .isInstanceOf(ClientException.class)
          .hasMessage(
              "2 requests are followed, and at most 2 can be: close streams that are read, or raise"
                  + " mostRequests");
      two.close();
      small.submit("3", request()).close();
    }
  }

  @Test
  void idsAndSettingsAreChecked() {
    assertThatThrownBy(() -> client.submit("", request())).hasMessageContaining("1 to 256");
    assertThatThrownBy(() -> client.cancel("x".repeat(257))).hasMessageContaining("1 to 256");
    assertThatIllegalArgumentException().isThrownBy(() -> builder().bufferedTokens(0));
    assertThatIllegalArgumentException().isThrownBy(() -> builder().tokenTimeout(Duration.ZERO));
    assertThatThrownBy(
            () ->
                CladaClient.builder(
                        Map.of("bootstrap.servers", "nowhere", "schema.registry.url", "mock://x"))
                    .build())
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("nowhere");
  }

  @Test
  void topicsThatAreNotThereAreNamed() {
    Map<String, Object> elsewhere = new LinkedHashMap<>(fleet.properties());
    elsewhere.put("clada.topic.prefix", "nobody");
    try (CladaClient lost = CladaClient.builder(elsewhere).build()) {
      assertThatThrownBy(() -> lost.submit("x", request()))
          .isInstanceOf(ClientException.class)
          .hasMessageContaining("topic nobody.tokens does not exist: start a worker");
    }
  }

  @Test
  void telemetryOfFollowedRequestsIsHeard() throws Exception {
    BlockingQueue<LoadTelemetry> heard = new LinkedBlockingQueue<>();
    try (CladaClient listening = builder().telemetry(heard::add).build();
        TokenStream tokens = listening.submit("mine", request())) {
      fleet.answer("mine", 0, 1, false);
      tokens.next(); // by now the client reads
      fleet.telemetry(load(Fleet.beside("mine")));
      fleet.telemetry(load("mine"));

      assertThat(heard.poll(30, TimeUnit.SECONDS).getId()).isEqualTo("mine");
      assertThat(heard).isEmpty();
    }
  }

  private static LoadTelemetry load(String id) {
    return LoadTelemetry.newBuilder()
        .setId(id)
        .setModel("m")
        .setFirstTokenIndex(0)
        .setTokens(1)
        .build();
  }

  private static GenerationRequest request() {
    return GenerationRequest.newBuilder().setPrompt("p").build();
  }
}
