package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static io.clada.worker.WorkerHarness.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.FinishReason;
import io.clada.engine.GenerationSpec;
import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Requests under which workers die. */
class QuarantineTest {
  private final WorkerHarness worker = new WorkerHarness();

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void setsARequestAsideAfterThreeDeaths() {
    byte[] trace = utf8("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    worker.request("poison", prompt("Once"), new RecordHeaders().add("traceparent", trace));
    for (int death = 0; death < 3; death++) {
      assertThat(worker.engine.submitted()).as("death %s", death).hasSize(1);
      worker.engine.tokens("poison", 1);
      worker.drain();
      worker.crash();
      worker.drain();
    }

    assertThat(worker.engine.submitted()).isEmpty();
    TokenEvent last = worker.last("poison");
    assertThat(last.getFinish()).isEqualTo(Finish.ERROR);
    assertThat(last.getTokenIndex()).isEqualTo(3);
    assertThat(last.getAttempt()).isEqualTo(3);
    assertThat(last.getMessage())
        .startsWith("3 workers died while this request was at their engine")
        .contains("clada.max.attempts=3");
    assertThat(worker.keepsNothingButFinished()).isTrue();
  }

  @Test
  void keepsTheOriginalKeyAndBytesAmongTheDeadLetters() {
    worker.request("poison", prompt("Once"));
    byte[] posted = worker.posted("poison");
    die(3);

    assertThat(worker.deadLetters).hasSize(1);
    TestRecord<byte[], byte[]> dead = worker.deadLetters.get(0);
    assertThat(dead.key()).isEqualTo(utf8("poison"));
    assertThat(dead.value()).isEqualTo(posted);
    assertThat(header(dead, "message")).contains("workers died");
    assertThat(header(dead, "offset")).isEqualTo("0");
  }

  @Test
  void runsASetAsideRequestAgainOnlyIfToldTo() {
    worker.request("poison", prompt("Once"));
    die(3);
    worker.request("poison", prompt("Once"));
    assertThat(worker.tokens("poison"))
        .extracting(TokenEvent::getFinish)
        .containsExactly(Finish.ERROR, Finish.ERROR);
    assertThat(worker.engine.submitted()).isEmpty();

    worker.request("poison", DuplicateTest.rerun("Once"));
    assertThat(worker.engine.submitted()).hasSize(1);
  }

  @Test
  void countsARequestThatKillsBeforeItsFirstToken() {
    worker.commitByHand();
    worker.request("poison", prompt("Once"));
    worker.commit();
    for (int death = 0; death < 3; death++) {
      worker.drain();
      worker.commit(); // it is recorded
      worker.drain();
      assertThat(worker.engine.submitted()).hasSize(1);
      worker.crash();
    }
    worker.drain();
    worker.commit();

    assertThat(worker.last("poison").getFinish()).isEqualTo(Finish.ERROR);
  }

  @Test
  void handsNothingToTheEngineBeforeThatIsRecordedDurably() {
    worker.commitByHand();
    worker.request("a", prompt("Once"));
    worker.drain();
    worker.drain();
    assertThat(worker.engine.submitted()).isEmpty();

    worker.commit();
    worker.drain();
    assertThat(worker.engine.submitted()).hasSize(1);
  }

  @Test
  void doesNotCountDeathsThatARequestWaitedThrough() {
    WorkerHarness narrow = new WorkerHarness(Map.of(), 1, List.of(ScriptedEngine.MODEL));
    narrow.request("first", prompt("Once"));
    narrow.request("second", prompt("Once"));
    narrow.request("waits", prompt("Once"));
    for (int death = 0; death < 3; death++) {
      narrow.crash();
      narrow.drain();
    }
    assertThat(narrow.last("first").getFinish()).isEqualTo(Finish.ERROR);
    assertThat(narrow.tokens("waits")).isEmpty();
    narrow.close();
  }

  @Test
  void doesNotCountStopsInGoodOrder() {
    worker.request("a", prompt("Once"));
    for (int i = 0; i < 5; i++) {
      worker.stop();
      worker.drain();
    }
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.STOP);
    assertThat(worker.last("a").getAttempt()).isEqualTo(5);
  }

  @Test
  void doesNotCountRebalances() {
    worker.request("a", prompt("Once"));
    for (int i = 0; i < 5; i++) {
      worker.restart();
      worker.drain();
    }

    assertThat(worker.engine.submitted()).hasSize(6);
  }

  @Test
  void triesRequestsOnTheirLastAttemptOneAtATime() {
    worker.request("a", prompt("Once"));
    worker.request("b", prompt("Once"));
    worker.request("c", prompt("Once"));
    die(2);

    assertThat(worker.engine.submitted()).extracting(GenerationSpec::id).hasSize(1);
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();
    assertThat(worker.engine.submitted()).hasSize(2);
    die(1);

    assertThat(worker.last("a").getFinish()).isEqualTo(Finish.STOP);
    assertThat(worker.last("b").getFinish()).as("was at the engine alone").isEqualTo(Finish.ERROR);
    assertThat(worker.tokens("c")).isEmpty();
    assertThat(worker.engine.submitted()).hasSize(1);
  }

  private void die(int times) {
    for (int i = 0; i < times; i++) {
      worker.crash();
      worker.drain();
    }
  }

  private static String header(TestRecord<?, ?> record, String name) {
    byte[] value = record.headers().lastHeader("__streams.errors." + name).value();
    return new String(value, StandardCharsets.UTF_8);
  }
}
