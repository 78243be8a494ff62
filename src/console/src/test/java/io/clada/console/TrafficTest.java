package io.clada.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Finish;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.Mode;
import io.clada.schemas.TokenEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TrafficTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private final Ticking clock = new Ticking();
  private final Traffic traffic = new Traffic(clock);

  private static final class Ticking extends Clock {
    private Instant now = START;

    void pass(long seconds) {
      now = now.plusSeconds(seconds);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }

  private void token(String model, CognitiveLoad load, float weights) {
    traffic.token(
        TokenEvent.newBuilder()
            .setId("r")
            .setModel(model)
            .setTokenIndex(0)
            .setTokenId(1)
            .setLoad(load)
            .setWeightsReadRatio(weights)
            .build(),
        clock.instant());
  }

  private static LoadTelemetry window(List<Float> surprisals, int queued) {
    return LoadTelemetry.newBuilder()
        .setId("r")
        .setModel("m")
        .setMode(Mode.CLADA)
        .setAttempt(0)
        .setFirstTokenIndex(0)
        .setTokens(surprisals.size())
        .setSurprisals(surprisals)
        .setSurprisalThreshold(0.25f)
        .setActiveNeuronRatioByLayer(List.of(0.25f, 0.75f))
        .setQueuedRequests(queued)
        .setRunningRequests(1)
        .build();
  }

  @Test
  void aSecondIsToldOfOnceItIsOver() {
    traffic.news();
    token("m", CognitiveLoad.LOW, 0.5f);
    token("m", CognitiveLoad.HIGH, 1f);
    assertThat(traffic.news().frames()).isEmpty();

    clock.pass(1);
    Traffic.Update news = traffic.news();

    assertThat(news.now()).isEqualTo(START.getEpochSecond() + 1);
    assertThat(news.frames()).hasSize(1);
    Second.Frame frame = news.frames().get(0).models().get("m");
    assertThat(frame.tokens()).isEqualTo(2);
    assertThat(frame.weightsRead()).isEqualTo(0.75);
    assertThat(List.of(frame.low(), frame.medium(), frame.high())).containsExactly(1, 0, 1);
    assertThat(frame.surprisalMedian()).isNull();
    assertThat(traffic.news().frames()).isEmpty();
  }

  @Test
  void telemetryIsSummedUp() {
    traffic.telemetry(window(List.of(0.1f, 0.3f, 0.2f), 4), clock.instant());
    traffic.telemetry(window(List.of(0.4f), 0), clock.instant());
    clock.pass(1);

    Second.Frame frame = last().models().get("m");

    assertThat(frame.surprisalMedian()).isEqualTo(0.3);
    assertThat(frame.surprisalP90()).isEqualTo(0.4);
    assertThat(frame.surprisalThreshold()).isEqualTo(0.25);
    assertThat(frame.layers()).containsExactly(0.25, 0.75);
    assertThat(frame.queued()).isEqualTo(2);
    assertThat(frame.running()).isEqualTo(1);
  }

  private Traffic.Frame last() {
    List<Traffic.Frame> frames = traffic.news().frames();
    return frames.get(frames.size() - 1);
  }

  @Test
  void everySecondIsToldOfAlsoThoseWithoutTraffic() {
    traffic.news();
    clock.pass(3);

    assertThat(traffic.news().frames()).extracting(frame -> frame.models().size()).containsOnly(0);
    assertThat(traffic.whole().frames()).hasSize(120);
  }

  @Test
  void aRecordThatComesLateHasItsSecondToldOfAgain() {
    clock.pass(2);
    traffic.news();
    traffic.telemetry(window(List.of(0.1f), 0), START);

    assertThat(traffic.news().frames())
        .extracting(Traffic.Frame::second)
        .containsExactly(START.getEpochSecond());
  }

  @Test
  void whatIsTooOldOrOfTooManyModelsIsForgotten() {
    traffic.telemetry(window(List.of(0.1f), 0), START.minusSeconds(121));
    for (int i = 0; i < 100; i++) {
      token("model-" + i, CognitiveLoad.LOW, 1);
    }
    clock.pass(1);

    assertThat(last().models()).hasSize(16);

    clock.pass(1000);
    traffic.news();
    assertThat(traffic.whole().frames()).hasSize(120);
    assertThat(Json.text(traffic.whole())).doesNotContain("model-");
  }

  @Test
  void endsAreCountedByTheirReasons() {
    traffic.token(
        TokenEvent.newBuilder()
            .setId("r")
            .setModel("m")
            .setTokenIndex(0)
            .setFinish(Finish.OVERLOADED)
            .build(),
        clock.instant());
    clock.pass(1);

    Second.Frame frame = last().models().get("m");

    assertThat(frame.finished()).isEqualTo(Map.of(Finish.OVERLOADED, 1));
    assertThat(frame.tokens()).isZero();
  }
}
