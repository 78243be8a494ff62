package io.clada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** One request's answer, put together from its events. */
final class AnswerTest {
  private final Answer answer = new Answer();

  @Test
  void joinsTextsInOrder() {
    answer.accept(token(0, 0, "once", null));
    answer.accept(token(1, 0, " upon", Finish.LENGTH));

    assertThat(answer.text()).isEqualTo("once upon");
    assertThat(answer.finish()).isEqualTo(Finish.LENGTH);
    assertThat(answer.failure()).isNull();
  }

  @Test
  void aLaterAttemptReplacesATokenAndAllAfterIt() {
    answer.accept(token(0, 0, "a", null));
    answer.accept(token(1, 0, "b", null));
    answer.accept(token(2, 0, "c", null));

    assertThat(answer.accept(token(1, 1, "B", null))).isEqualTo(Answer.Change.RETRACTED);
    assertThat(answer.text()).isEqualTo("aB");
    assertThat(answer.accept(token(2, 1, "C", null))).isEqualTo(Answer.Change.APPENDED);
    assertThat(answer.text()).isEqualTo("aBC");
  }

  @Test
  void aRetractedFinishIsNoFinish() {
    answer.accept(token(0, 0, "a", null));
    answer.accept(token(1, 0, "b", Finish.STOP));

    answer.accept(token(1, 1, "B", null));

    assertThat(answer.finish()).isNull();
  }

  @Test
  void anEarlierAttemptComesTooLate() {
    answer.accept(token(0, 0, "a", null));
    answer.accept(token(0, 1, "A", null));

    assertThat(answer.accept(token(0, 0, "a", null))).isEqualTo(Answer.Change.STALE);
    assertThat(answer.text()).isEqualTo("A");
  }

  @Test
  void aHoleIsAnError() {
    answer.accept(token(0, 0, "a", null));

    assertThatThrownBy(() -> answer.accept(token(2, 0, "c", null)))
        .isInstanceOf(ClientException.class)
        .hasMessageContaining("token 2 came where token 1 was to come");
  }

  @Test
  void theEndOfARequestThatEndedBeforeComesAlone() {
    assertThat(answer.accept(token(9, 0, "", Finish.STOP))).isEqualTo(Answer.Change.APPENDED);
    assertThat(answer.accept(token(9, 0, "", Finish.STOP))).isEqualTo(Answer.Change.STALE);

    assertThat(answer.finish()).isEqualTo(Finish.STOP);
    assertThat(answer.events()).hasSize(1);
    assertThat(answer.isRepeatedEnd()).isTrue();
  }

  @Test
  void aResumedAnswerMayBeRetractedFurtherBack() {
    Answer resumed = new Answer(5);
    resumed.accept(token(5, 0, "f", null));

    assertThat(resumed.accept(token(3, 1, "D", null))).isEqualTo(Answer.Change.RETRACTED);
    assertThat(resumed.accept(token(4, 1, "E", null))).isEqualTo(Answer.Change.APPENDED);

    assertThat(resumed.text()).isEqualTo("DE");
    assertThat(resumed.nextIndex()).isEqualTo(5);
  }

  @Test
  void aFailureNamesTheRequestAndTheReason() {
    TokenEvent event =
        TokenEvent.newBuilder(token(0, 0, "", Finish.INVALID)).setMessage("top_p: is 7").build();
    answer.accept(event);

    assertThat(answer.failure()).isEqualTo("request r1 ended INVALID: top_p: is 7");
  }

  static TokenEvent token(int index, int attempt, String text, @Nullable Finish finish) {
    return TokenEvent.newBuilder()
        .setId("r1")
        .setTokenIndex(index)
        .setAttempt(attempt)
        .setTokenId(index)
        .setText(text)
        .setSurprisal(0.5)
        .setFinish(finish)
        .build();
  }
}
