package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.engine.FinishReason;
import io.clada.engine.GenerationSpec;
import io.clada.schemas.Backbone;
import io.clada.schemas.LoadTelemetry;
import java.nio.ByteBuffer;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which version of the fleet's backbone a request has, from its first attempt to its last. */
class PinnedBackboneTest {
  private final WorkerHarness worker = new WorkerHarness();

  @AfterEach
  void close() {
    worker.close();
  }

  @Test
  void isTheNewestWhenTheEngineGetsTheRequest() {
    worker.backbone(version(1, 255, 0));
    worker.backbone(version(2, 0, 255));
    run("a");

    assertThat(submitted(0).backbone().version()).isEqualTo(2);
    assertThat(submitted(0).backbone().layers().get(0)).containsExactly(0, 1, 0, 0);
    assertThat(worker.telemetry)
        .extracting(TestRecord::value)
        .extracting(LoadTelemetry::getBackboneVersion)
        .containsExactly(2L);
  }

  @Test
  void isNoneWhereTheFleetKnowsNothing() {
    run("a");

    assertThat(submitted(0).backbone()).isNull();
    assertThat(worker.telemetry.get(0).value().getBackboneVersion()).isZero();
  }

  @Test
  void outlivesTheWorkerAndNewerVersions() {
    worker.backbone(version(1, 255, 0));
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 2);
    worker.drain();
    worker.backbone(version(2, 0, 255));
    worker.crash();
    worker.drain();
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(submitted(0).resumeFrom()).hasSize(2);
    assertThat(submitted(0).backbone().version()).isEqualTo(1);
    assertThat(submitted(0).backbone().layers().get(0)).containsExactly(1, 0, 0, 0);
    assertThat(worker.telemetry.get(0).value().getBackboneVersion()).isEqualTo(1);
    assertThat(repins()).isZero();
  }

  @Test
  void staysNoneForARequestThatBeganWithout() {
    worker.request("a", prompt("Once"));
    worker.backbone(version(1, 255, 0));
    worker.crash();
    worker.drain();

    assertThat(submitted(0).backbone()).isNull();
    assertThat(repins()).isZero();
  }

  @Test
  void isTheNewestWhereTheOldOneIsGoneAndThatIsCounted() {
    worker.backbone(version(1, 255, 0));
    worker.request("a", prompt("Once"));
    worker.engine.tokens("a", 2);
    worker.drain();
    worker.backbone(version(2, 0, 255));
    worker.compactBackbones();
    worker.crash();
    worker.drain();
    worker.backbone(version(3, 255, 255));
    worker.crash(); // it is pinned to what it goes on with
    worker.drain();
    worker.engine.last("a", FinishReason.STOP);
    worker.drain();

    assertThat(submitted(0).backbone().version()).isEqualTo(2);
    assertThat(worker.telemetry.get(0).value().getBackboneVersion()).isEqualTo(2);
    assertThat(repins()).isEqualTo(1);
  }

  private void run(String id) {
    worker.request(id, prompt("Once"));
    worker.engine.last(id, FinishReason.STOP);
    worker.drain();
  }

  /** By the worker that lives now. */
  private GenerationSpec submitted(int index) {
    return worker.engine.submitted().get(index);
  }

  private double repins() {
    return worker.registry.get("clada.backbone.repins").counter().count();
  }

  private static Backbone version(long version, int first, int second) {
    return Backbone.newBuilder()
        .setModel(ScriptedEngine.MODEL)
        .setLayer(0)
        .setVersion(version)
        .setScale(0.5f)
        .setLevels(ByteBuffer.wrap(new byte[] {(byte) first, (byte) second, 0, 0}))
        .build();
  }
}
