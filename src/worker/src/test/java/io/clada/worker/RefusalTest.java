package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static io.clada.worker.WorkerHarness.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clada.engine.FinishReason;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that are not answered, and how their senders learn of it. */
class RefusalTest {
  private final WorkerHarness worker =
      new WorkerHarness(
          Map.of(
              "clada.max.prompt.bytes", "1000",
              "clada.max.prompt.tokens", "5",
              "clada.max.new.tokens", "100"));

  @AfterEach
  void close() {
    worker.close();
  }

  static Stream<Arguments> invalid() {
    return Stream.of(
        field("prompt", prompt("")),
        field("prompt", prompt("too long")),
        field("model", valid().setModel("another").build()),
        field("prompt", prompt("x".repeat(1001))),
        field("prompt", prompt("\u00fc".repeat(501))),
        field("messages", valid().setMessages(List.of(message("user", "Hi"))).build()),
        field("messages", chat(message("nobody", "Hi"))),
        field("messages", chat(message("", "Hi"))),
        field("messages", chat(message("r".repeat(65), "Hi"))),
        field("messages", chat(message("user", "x".repeat(501)), message("user", "x".repeat(500)))),
        field("messages", chat(message("user", "x".repeat(999)))),
        field(
            "messages",
            chat(Collections.nCopies(1001, message("u", "")).toArray(ChatMessage[]::new))),
        field("tenant", valid().setTenant("t".repeat(257)).build()),
        field("max_new_tokens", valid().setMaxNewTokens(0).build()),
        field("max_new_tokens", valid().setMaxNewTokens(101).build()),
        field("stop", valid().setStop(Collections.nCopies(17, ".")).build()),
        field("stop", valid().setStop(List.of("")).build()),
        field("stop", valid().setStop(List.of("x".repeat(257))).build()),
        field("temperature", valid().setTemperature(2.5).build()),
        field("temperature", valid().setTemperature(Double.NaN).build()),
        field("top_k", valid().setTopK(-1).build()),
        field("top_p", valid().setTopP(0.0).build()),
        field("repetition_penalty", valid().setRepetitionPenalty(0.05).build()),
        field("top_k_ratio", valid().setTopKRatio(1.1).build()),
        field("input_keep_ratio", valid().setInputKeepRatio(0.0).build()),
        field("ffn_reduction_ratio", valid().setFfnReductionRatio(-0.5).build()),
        field("min_active_neurons", valid().setMinActiveNeurons(-1).build()),
        field("surprisal_threshold", valid().setSurprisalThreshold(1.5).build()),
        field("entropy_threshold", valid().setEntropyThreshold(-0.1).build()),
        field("update_window", valid().setUpdateWindow(1001).build()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("invalid")
  void answersInvalidAndNamesTheField(String field, GenerationRequest request) {
    worker.request("a", request);

    TokenEvent only = worker.tokens("a").get(0);
    assertThat(worker.tokens).hasSize(1);
    assertThat(only.getFinish()).isEqualTo(Finish.INVALID);
    assertThat(only.getMessage()).startsWith(field + ": ");
    assertThat(only.getTokenIndex()).isZero();
    assertThat(only.getTokenId()).isNull();
    assertThat(only.getUsage()).isNotNull();
    assertThat(only.getTimings()).isNotNull();
    assertThat(worker.engine.submitted()).isEmpty();
    assertThat(worker.keepsNothingButFinished()).isTrue();
  }

  @Test
  void answersInvalidIfThePromptHasMoreTokensThanAreAllowed() {
    try (WorkerHarness strict = new WorkerHarness(Map.of("clada.max.prompt.tokens", "4"))) {
      strict.request("a", prompt("Once"));

      assertThat(strict.last("a").getFinish()).isEqualTo(Finish.INVALID);
      assertThat(strict.last("a").getMessage())
          .isEqualTo("prompt: 5 tokens; at most 4 are allowed here");
    }
  }

  @Test
  void givesNoMoreTokensThanAreAllowedToWhoDoesNotSay() {
    worker.request("a", prompt("Once"));

    assertThat(worker.engine.submitted().get(0).maxNewTokens()).isEqualTo(100);
  }

  @Test
  void neverRepeatsALongTextFromARequest() {
    worker.request("a", valid().setModel("m".repeat(60_000)).build());

    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.INVALID);
    assertThat(worker.last("a").getMessage()).hasSizeLessThan(1100);
  }

  @Test
  void answersInvalidWithoutReadingARecordThatIsTooLarge() {
    worker.raw(utf8("a"), new byte[1000 + (64 << 10) + 1], new RecordHeaders());

    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.INVALID);
    assertThat(worker.last("a").getMessage())
        .isEqualTo("value: 66537 bytes; at most 66536 are allowed here");
    assertThat(worker.deadLetters).isEmpty();
  }

  @Test
  void ignoresATraceparentThatCannotBeOne() {
    worker.request("a", prompt("Once"), new RecordHeaders().add("traceparent", new byte[100_000]));
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.tokens.get(0).headers()).isEmpty();
  }

  @Test
  void leavesOutOfTheDeadLettersWhatCannotBeWrittenAgain() {
    try (WorkerHarness small = new WorkerHarness(Map.of("clada.max.dead.letter.bytes", "1000"))) {
      small.raw(utf8("a"), new byte[999], new RecordHeaders());
      small.raw(new byte[2000], new byte[0], new RecordHeaders().add("mine", new byte[10]));

      assertThat(small.deadLetters).hasSize(2);
      assertThat(small.deadLetters.get(0).key()).isEqualTo(utf8("a"));
      assertThat(small.deadLetters.get(0).value()).isEqualTo(new byte[999]);
      assertThat(small.deadLetters.get(1).key()).isNull();
      assertThat(small.deadLetters.get(1).value()).isNull();
      assertThat(small.deadLetters.get(1).headers().lastHeader("mine")).isNull();
      assertThat(text(small.deadLetters.get(1).headers(), "__streams.errors.offset"))
          .isEqualTo("1");
    }
  }

  @Test
  void acceptsItsOwnModelByName() {
    worker.request("a", valid().setModel(ScriptedEngine.MODEL).build());

    assertThat(worker.engine.submitted()).hasSize(1);
  }

  @Test
  void answersErrorWhenTheEngineFailsOverAPrompt() {
    worker.request("a", prompt("trips the tokenizer"));

    assertThat(worker.tokens("a")).extracting(TokenEvent::getFinish).containsExactly(Finish.ERROR);
  }

  @Test
  void takesNothingFromTheTopicOnceTheEngineIsDead() {
    worker.engine.die();

    assertThatThrownBy(() -> worker.request("a", prompt("Once")))
        .hasRootCauseInstanceOf(WorkerException.class);
  }

  @Test
  void answersOverloadedWhenTheQueueIsFull() {
    for (int i = 0; i <= WorkerHarness.MAX_QUEUED; i++) {
      worker.request("r" + i, prompt("Once"));
    }

    assertThat(worker.engine.submitted()).hasSize(WorkerHarness.MAX_QUEUED);
    TokenEvent only = worker.tokens.get(0).value();
    assertThat(only.getId()).isEqualTo("r" + WorkerHarness.MAX_QUEUED);
    assertThat(only.getFinish()).isEqualTo(Finish.OVERLOADED);
    assertThat(only.getMessage()).contains("queue is full");
    assertThat(only.getRetryAfterSeconds()).as("nothing has been measured").isNull();
  }

  @Test
  void tellsWhenToTryAgain() {
    for (int i = 0; i < 3; i++) {
      worker.request("done" + i, prompt("Once"));
      worker.engine.last("done" + i, FinishReason.STOP);
      worker.pass(Duration.ofMillis(990));
    }
    for (int i = 0; i <= WorkerHarness.MAX_QUEUED; i++) {
      worker.request("r" + i, prompt("Once"));
    }

    // Two ended in the two seconds since the first did, and three are here.
    assertThat(worker.last("r" + WorkerHarness.MAX_QUEUED).getRetryAfterSeconds())
        .isBetween(3.0, 3.1);
  }

  @Test
  void takesRequestsAgainOnceTheQueueHasRoom() {
    for (int i = 0; i < WorkerHarness.MAX_QUEUED; i++) {
      worker.request("r" + i, prompt("Once"));
    }
    worker.engine.last("r0", FinishReason.STOP);
    worker.drain();
    worker.request("late", prompt("Once"));

    assertThat(worker.engine.submitted()).hasSize(WorkerHarness.MAX_QUEUED + 1);
  }

  @Test
  void sendsUndecodableBytesToTheDeadLettersAndTellsWhoeverWaits() {
    byte[] garbage = utf8("no Avro at all");
    Headers headers = new RecordHeaders().add("mine", utf8("kept"));
    worker.raw(utf8("a"), garbage, headers);

    assertThat(worker.deadLetters).hasSize(1);
    assertThat(worker.deadLetters.get(0).key()).isEqualTo(utf8("a"));
    assertThat(worker.deadLetters.get(0).value()).isEqualTo(garbage);
    Headers dead = worker.deadLetters.get(0).headers();
    assertThat(text(dead, "mine")).isEqualTo("kept");
    assertThat(text(dead, "__streams.errors.exception"))
        .isEqualTo("org.apache.kafka.common.errors.SerializationException");
    assertThat(text(dead, "__streams.errors.message")).isNotEmpty();
    assertThat(text(dead, "__streams.errors.stacktrace")).contains("at io.clada");
    assertThat(text(dead, "__streams.errors.topic")).isEqualTo("clada.requests");
    assertThat(text(dead, "__streams.errors.partition")).isEqualTo("0");
    assertThat(text(dead, "__streams.errors.offset")).isEqualTo("0");
    assertThat(worker.tokens("a"))
        .extracting(TokenEvent::getFinish)
        .containsExactly(Finish.INVALID);
    assertThat(worker.tokens("a").get(0).getMessage()).startsWith("value: ");
  }

  @Test
  void doesNotEndARunningRequestOverGarbageUnderItsId() {
    worker.request("a", prompt("Once"));
    worker.raw(utf8("a"), utf8("garbage"), new RecordHeaders());

    assertThat(worker.deadLetters).hasSize(1);
    assertThat(worker.tokens("a")).isEmpty();
  }

  static Stream<Arguments> badKeys() {
    return Stream.of(
        Arguments.of("missing", null),
        Arguments.of("empty", new byte[0]),
        Arguments.of("257 characters", utf8("x".repeat(257))),
        Arguments.of("not UTF-8", new byte[] {(byte) 0xff, (byte) 0xfe}));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badKeys")
  void sendsRequestsWithoutAUsableIdToTheDeadLetters(String problem, byte[] key) {
    worker.raw(key, utf8("anything"), new RecordHeaders());

    assertThat(worker.tokens).isEmpty();
    assertThat(worker.deadLetters).hasSize(1);
    assertThat(worker.deadLetters.get(0).key()).isEqualTo(key);
    assertThat(text(worker.deadLetters.get(0).headers(), "__streams.errors.message"))
        .contains(problem);
  }

  @Test
  void acceptsAnIdOf256Characters() {
    worker.request("é".repeat(256), prompt("Once"));

    assertThat(worker.engine.submitted()).hasSize(1);
  }

  private static GenerationRequest.Builder valid() {
    return GenerationRequest.newBuilder().setPrompt("Once");
  }

  private static ChatMessage message(String role, String content) {
    return new ChatMessage(role, content);
  }

  private static GenerationRequest chat(ChatMessage... messages) {
    return GenerationRequest.newBuilder().setMessages(List.of(messages)).build();
  }

  private static Arguments field(String name, GenerationRequest request) {
    return Arguments.of(name, request);
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
