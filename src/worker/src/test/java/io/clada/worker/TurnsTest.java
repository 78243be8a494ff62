package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.FinishReason;
import io.clada.engine.GenerationSpec;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Priority;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whose turn it is, from the topic to the engine. */
class TurnsTest {
  private final WorkerHarness worker =
      new WorkerHarness(
          Map.of(
              "clada.max.queued.requests", "100",
              "clada.tenant.weights", "gold:3",
              "clada.tenant.tokens.per.minute", "frugal:60"),
          1,
          List.of(ScriptedEngine.MODEL));

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void letsALateRequestOfHighPriorityPass() {
    for (int i = 0; i < 4; i++) {
      worker.request("usual" + i, request("", Priority.NORMAL));
    }
    worker.request("urgent", request("", Priority.HIGH));
    worker.engine.last("usual0", FinishReason.STOP);
    worker.drain();

    assertThat(submitted()).containsExactly("usual0", "usual1", "urgent");
    assertThat(worker.telemetry.get(0).value().getQueuedRequests()).isEqualTo(3);
    assertThat(worker.telemetry.get(0).value().getRunningRequests()).isEqualTo(2);
  }

  @Test
  void keepsClassesApartAfterACrashToo() {
    for (int i = 0; i < 4; i++) {
      worker.request("usual" + i, request("", Priority.NORMAL));
    }
    worker.request("urgent", request("", Priority.HIGH));
    worker.crash();
    worker.drain();
    worker.engine.last("usual0", FinishReason.STOP);
    worker.drain();

    assertThat(submitted())
        .as("what was begun, and then by class")
        .containsExactly("usual0", "usual1", "urgent");
  }

  @Test
  void givesTenantsTheirShares() {
    for (int i = 0; i < 40; i++) {
      worker.request("gold" + i, request("gold", Priority.NORMAL));
      worker.request("iron" + i, request("iron", Priority.NORMAL));
    }
    for (int i = 0; i < 24; i++) {
      worker.engine.step();
      worker.drain();
    }

    List<String> begun = submitted();
    assertThat(begun.stream().filter(id -> id.startsWith("gold")).count())
        .isBetween(begun.size() * 3 / 4 - 1L, begun.size() * 3 / 4 + 2L);
  }

  @Test
  void keepsATenantWaitingUntilItsBudgetFills() {
    for (int i = 0; i < 3; i++) {
      worker.request("f" + i, request("frugal", Priority.NORMAL));
      worker.request("o" + i, request("other", Priority.LOW));
    }
    worker.engine.tokens("f0", 80);
    for (int i = 0; i < 6; i++) {
      worker.drain();
      worker.engine.step();
    }

    assertThat(submitted()).containsExactly("f0", "o0", "o1", "o2");
    assertThat(worker.tokens("f1")).isEmpty();
    worker.pass(Duration.ofMinutes(1));
    worker.drain();
    assertThat(submitted()).endsWith("f1");
  }

  @Test
  void tellsNobodyInTheQueueAnythingButTheirTurn() {
    for (int i = 0; i < 5; i++) {
      worker.request("r" + i, request("", Priority.NORMAL));
    }
    for (int i = 0; i < 5; i++) {
      worker.engine.step();
      worker.drain();
    }

    assertThat(worker.tokens).hasSize(5).allMatch(r -> r.value().getFinish() == Finish.LENGTH);
  }

  private List<String> submitted() {
    return worker.engine.submitted().stream()
        .map(GenerationSpec::id)
        .map(id -> id.substring(0, id.indexOf('#')))
        .toList();
  }

  private static GenerationRequest request(String tenant, Priority priority) {
    return GenerationRequest.newBuilder()
        .setPrompt("Once")
        .setTenant(tenant)
        .setPriority(priority)
        .setMaxNewTokens(1)
        .build();
  }
}
