package io.clada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is read when: fast or final, from a bookmark, with a reader that is slow. */
final class ReadingTest {
  private static EmbeddedKafka kafka;

  private Fleet fleet;

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
  }

  @AfterEach
  void disconnect() {
    fleet.close();
  }

  private CladaClientBuilder builder() {
    return CladaClient.builder(fleet.properties()).tokenTimeout(Duration.ofSeconds(30));
  }

  @Test
  void finalReadingWaitsForTheCommit() throws Exception {
    try (CladaClient client = builder().build();
        TokenStream tokens = client.submit("t", request())) {
      Fleet.Transaction worker = fleet.begin().token("t", 0, 0, true);
      assertThat(tokens.poll(Duration.ofMillis(300))).isNull();

      worker.commit();

      assertThat(tokens.next().change()).isEqualTo(Answer.Change.APPENDED);
      assertThat(tokens.hasNext()).isFalse();
    }
  }

  @Test
  void finalReadingNeverSeesWhatACrashTookBack() {
    try (CladaClient client = builder().build();
        TokenStream tokens = client.submit("t", request())) {
      fleet.begin().token("t", 0, 0, false).token("t", 1, 0, false).abort();
      fleet.begin().token("t", 0, 1, false).token("t", 1, 1, true).commit();

      assertThat(tokens.readAll().get(0).events())
          .extracting(event -> event.getAttempt())
          .containsExactly(1, 1);
    }
  }

  @Test
  void fastReadingSeesTokensAtOnceAndTheirRetraction() {
    try (CladaClient client = builder().reading(Reading.FAST).build();
        TokenStream tokens = client.submit("t", request())) {
      Fleet.Transaction crashing = fleet.begin().token("t", 0, 0, false).token("t", 1, 0, false);
      assertThat(tokens.next().change()).isEqualTo(Answer.Change.APPENDED);
      assertThat(tokens.next().event().getTokenIndex()).isEqualTo(1);

      crashing.abort();
      fleet.begin().token("t", 1, 1, false).token("t", 2, 1, true).commit();

      TokenUpdate retraction = tokens.next();
      assertThat(retraction.change()).isEqualTo(Answer.Change.RETRACTED);
      assertThat(retraction.event().getTokenIndex()).isEqualTo(1);
      assertThat(tokens.next().change()).isEqualTo(Answer.Change.APPENDED);
      assertThat(tokens.answer("t").text()).isEqualTo(" 0 1 2");
    }
  }

  @Test
  void aBookmarkLeadsAnotherClientOn() {
    Bookmark bookmark;
    try (CladaClient client = builder().build();
        TokenStream tokens = client.submit("long", request())) {
      fleet.answer("long", 0, 6, false);
      tokens.next();
      tokens.next();
      bookmark = tokens.bookmark("long");
    }
    fleet.answer("long", 6, 8, true);

    try (CladaClient client = builder().build();
        TokenStream tokens = client.resume(bookmark)) {
      assertThat(bookmark.nextIndex()).isEqualTo(2);
      assertThat(tokens.readAll().get(0).text()).isEqualTo(" 2 3 4 5 6 7");
    }
  }

  @Test
  void resumingDoesNotDisturbOthersOfThePartition() {
    String other = Fleet.beside("first");
    try (CladaClient client = builder().build()) {
      Bookmark begun;
      try (TokenStream tokens = client.submit("first", request())) {
        begun = tokens.bookmark("first");
      }
      try (TokenStream tokens = client.submit(other, request())) {
        fleet.answer("first", 0, 3, true);
        fleet.answer(other, 0, 2, false);
        assertThat(tokens.next().event().getText()).isEqualTo(" 0");
        assertThat(tokens.next().event().getText()).isEqualTo(" 1");

        try (TokenStream again = client.resume(begun)) {
          assertThat(again.readAll().get(0).text()).isEqualTo(" 0 1 2");
        }
        fleet.answer(other, 2, 3, true);

        assertThat(tokens.next().event().getText()).isEqualTo(" 2");
      }
    }
  }

  @Test
  void tokensThatTheTopicNoLongerHoldsAreAnError() throws Exception {
    Bookmark bookmark;
    try (CladaClient client = builder().build();
        TokenStream tokens = client.submit("old", request())) {
      bookmark = tokens.bookmark("old");
    }
    fleet.answer("old", 0, 4, true);
    TopicPartition partition = new TopicPartition(fleet.topics().tokens(), bookmark.partition());
    try (Admin admin = Admin.create(fleet.properties())) {
      admin
          .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(bookmark.offset() + 2)))
          .all()
          .get();
    }

    String beside = Fleet.beside("old");
    try (CladaClient client = builder().build();
        TokenStream fresh = client.submit(beside, request());
        TokenStream tokens = client.resume(bookmark)) {
      assertThatThrownBy(tokens::next)
          .isInstanceOf(ClientException.class)
          .hasMessageContaining("request old")
          .hasMessageContaining("no longer holds the tokens");
      fleet.answer(beside, 0, 1, true);
      assertThat(fresh.next().event().getText()).isEqualTo(" 0");
    }
  }

  @Test
  void aSlowReaderLosesNothingAndHoldsUpNoOtherPartition() {
    String quick = Fleet.elsewhere("slow");
    try (CladaClient client = builder().bufferedTokens(8).build();
        TokenStream slow = client.submit("slow", request());
        TokenStream other = client.submit(quick, request())) {
      fleet.answer("slow", 0, 3000, true);
      fleet.answer(quick, 0, 50, true);

      assertThat(other.readAll().get(0).events()).hasSize(50);
      assertThat(slow.readAll().get(0).events())
          .hasSize(3000)
          .last()
          .satisfies(event -> assertThat(event.getTokenIndex()).isEqualTo(2999));
    }
  }

  @Test
  void aReaderThatStopsHoldsUpNoOtherOfItsPartitionAndLosesNothing() {
    String other = Fleet.beside("stuck");
    try (CladaClient client = builder().bufferedTokens(4).build();
        TokenStream stuck = client.submit("stuck", request());
        TokenStream waiting = client.submit(other, request())) {
      for (int i = 0; i < 40; i++) {
        fleet.answer("stuck", i, i + 1, i == 39);
        fleet.answer(other, i, i + 1, i == 39);
        assertThat(waiting.next().event().getTokenIndex()).isEqualTo(i);
      }

      assertThat(stuck.readAll().get(0).events())
          .extracting(TokenEvent::getTokenIndex)
          .containsExactlyElementsOf(IntStream.range(0, 40).boxed().toList());
    }
  }

  @Test
  void anEventThatIsNoneFailsItsRequestOnly() {
    String other = Fleet.beside("odd");
    try (CladaClient client = builder().build();
        TokenStream odd = client.submit("odd", request());
        TokenStream fine = client.submit(other, request())) {
      fleet.raw(fleet.topics().tokens(), "odd", new byte[] {7, 7});
      fleet.answer(other, 0, 1, true);

      assertThat(fine.next().event().getText()).isEqualTo(" 0");
      assertThatThrownBy(odd::next)
          .isInstanceOf(ClientException.class)
          .hasMessageContaining("can't be read");
    }
  }

  private static GenerationRequest request() {
    return GenerationRequest.newBuilder().setPrompt("p").build();
  }
}
