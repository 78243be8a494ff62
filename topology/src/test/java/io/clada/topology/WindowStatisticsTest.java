package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.clada.schemas.SparsityStats;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the statistics of a window are, as a specification. */
class WindowStatisticsTest extends AggregationTopologyHarness {
  @Test
  void addUpAndAverageByToken() {
    send(
        Telemetry.of(List.of(0.1f, 0.2f, 0.3f))
            .setLowLoadTokens(1)
            .setMediumLoadTokens(1)
            .setHighLoadTokens(1)
            .setActiveNeuronRatio(0.3f)
            .setActiveNeuronRatioByLayer(List.of(0.2f, 0.4f))
            .setWeightsReadRatio(0.5f)
            .setReanalyses(2)
            .setDecodeSeconds(0.1)
            .build());
    send(
        Telemetry.of(List.of(0.9f))
            .setActiveNeuronRatio(0.7f)
            .setActiveNeuronRatioByLayer(List.of(0.6f, 0.8f))
            .setWeightsReadRatio(0.9f)
            .setDecodeSeconds(0.1)
            .setLast(true)
            .build());
    pass(120);

    SparsityStats stats = sparsity.readValue();
    assertThat(stats.getModel()).isEqualTo(MODEL);
    assertThat(stats.getWindowStart()).isEqualTo(START);
    assertThat(stats.getWindowEnd()).isEqualTo(START.plusSeconds(60));
    assertThat(stats.getTokens()).isEqualTo(4);
    assertThat(stats.getRequests()).isEqualTo(1);
    assertThat(stats.getLowLoadTokens()).isEqualTo(2);
    assertThat(stats.getMediumLoadTokens()).isEqualTo(1);
    assertThat(stats.getHighLoadTokens()).isEqualTo(1);
    assertThat(stats.getReanalyses()).isEqualTo(2);
    assertThat(stats.getActiveNeuronRatio()).isCloseTo(0.4f, within(1e-6f));
    assertThat(stats.getWeightsReadRatio()).isCloseTo(0.6f, within(1e-6f));
    assertThat(stats.getActiveNeuronRatioByLayer().get(0)).isCloseTo(0.3f, within(1e-6f));
    assertThat(stats.getActiveNeuronRatioByLayer().get(1)).isCloseTo(0.5f, within(1e-6f));
    assertThat(stats.getTokensPerSecond()).isCloseTo(20f, within(1e-4f));
    assertThat(stats.getSurprisal().getP50()).isEqualTo(0.2f);
    assertThat(stats.getSurprisal().getP99()).isEqualTo(0.9f);
    assertThat(stats.getEntropy().getP50()).isEqualTo(0.1f);
    assertThat(stats.getLateRecords()).isZero();
  }

  @Test
  void comeOnceWhenEventTimeHasPassedTheGrace() {
    send(Telemetry.constant(10, 0.5f));
    pass(70);
    send(Telemetry.constant(7, 0.5f));
    pass(19);
    send(Telemetry.constant(7, 0.5f));
    pass(6);
    assertThat(sparsity.isEmpty()).isTrue();

    send(Telemetry.constant(7, 0.5f));
    pass(2);
    assertThat(minutes()).extracting(SparsityStats::getTokens).containsExactly(10L);
    pass(10);
    assertThat(sparsity.isEmpty()).isTrue();
  }

  @Test
  void comeOnWallClockTimeWhenTheTopicIsIdle() {
    send(Telemetry.constant(10, 0.5f));
    pass(91);

    assertThat(minutes()).extracting(SparsityStats::getTokens).containsExactly(10L);
  }

  @Test
  void holdRecordsThatComeOutOfOrderWithinTheGrace() {
    send(Telemetry.constant(10, 0.5f));
    pass(80);
    send(Telemetry.constant(5, 0.5f));
    telemetry.pipeInput("request", Telemetry.constant(3, 0.5f), START.plusSeconds(59));
    pass(120);

    assertThat(minutes()).extracting(SparsityStats::getTokens).containsExactly(13L, 5L);
  }

  @Test
  void waitAfterAStartForTheRestOfABacklog() {
    telemetry.pipeInput("request", Telemetry.constant(10, 0.5f), START.minusSeconds(600));
    telemetry.pipeInput("request", Telemetry.constant(5, 0.5f), START.minusSeconds(300));
    pass(20);
    telemetry.pipeInput("request", Telemetry.constant(3, 0.5f), START.minusSeconds(600));
    pass(60);

    assertThat(minutes())
        .extracting(SparsityStats::getTokens, SparsityStats::getLateRecords)
        .containsExactly(tuple(13L, 0L), tuple(5L, 0L));
  }

  @Test
  void countLateRecordsInTheNextWindowOnly() {
    send(Telemetry.constant(10, 0.5f));
    pass(120);
    telemetry.pipeInput("request", Telemetry.constant(3, 0.5f), START.plusSeconds(10));
    telemetry.pipeInput("request", Telemetry.constant(4, 0.5f), START.plusSeconds(20));
    send(Telemetry.constant(7, 0.5f));
    pass(120);

    assertThat(minutes())
        .extracting(SparsityStats::getTokens, SparsityStats::getLateRecords)
        .containsExactly(tuple(10L, 0L), tuple(7L, 2L));
  }

  @Test
  void areNotClosedByAClockThatIsAhead() {
    send(Telemetry.constant(10, 0.5f));
    telemetry.pipeInput("request", Telemetry.constant(5, 0.5f), START.plusSeconds(86_400));
    pass(30);
    send(Telemetry.constant(3, 0.5f));
    pass(120);

    assertThat(minutes())
        .extracting(SparsityStats::getTokens, SparsityStats::getLateRecords)
        .containsExactly(tuple(18L, 0L));
  }

  @Test
  void ofAnHourAreTheSumOfItsMinutes() {
    for (int minute = 0; minute < 60; minute++) {
      send(
          Telemetry.of(List.of(minute / 100f))
              .setActiveNeuronRatio(minute % 2 == 0 ? 0.25f : 0.75f)
              .build());
      pass(60);
    }
    assertThat(rows(Duration.ofHours(1))).isEmpty();
    pass(31);

    assertThat(rows(Duration.ofHours(1)))
        .singleElement()
        .satisfies(
            hour -> {
              assertThat(hour.getWindowStart()).isEqualTo(START);
              assertThat(hour.getTokens()).isEqualTo(60);
              assertThat(hour.getActiveNeuronRatio()).isEqualTo(0.5f);
              assertThat(hour.getSurprisal().getP50()).isEqualTo(0.29f);
              assertThat(hour.getSurprisal().getP90()).isEqualTo(0.53f);
            });
  }

  @Test
  void sayHowFastTokensCame() {
    send(
        Telemetry.constant(10, 0.5f, t -> t.setTimeToFirstTokenSeconds(0.5).setDecodeSeconds(0.9)));
    send(Telemetry.constant(10, 0.5f, t -> t.setDecodeSeconds(2.0)));
    pass(120);

    SparsityStats stats = sparsity.readValue();
    assertThat(stats.getTimeToFirstTokenSeconds().getP50()).isEqualTo(0.5f);
    assertThat(stats.getTimePerOutputTokenSeconds().getP50()).isEqualTo(0.1f);
    assertThat(stats.getTimePerOutputTokenSeconds().getP99()).isEqualTo(0.2f);
    assertThat(stats.getTokensPerSecond()).isCloseTo(19 / 2.9f, within(1e-4f));
    assertThat(stats.getFleetTokensPerSecond()).isCloseTo(20 / 60f, within(1e-4f));
  }

  @Test
  void saySharesDraftsAndQueues() {
    send(
        Telemetry.constant(
            8,
            0.5f,
            t ->
                t.setLowLoadTokens(2)
                    .setMediumLoadTokens(2)
                    .setHighLoadTokens(4)
                    .setReanalyses(1)
                    .setDraftedTokens(6)
                    .setAcceptedDrafts(5)
                    .setQueuedRequests(10)
                    .setRunningRequests(4)));
    send(Telemetry.constant(8, 0.5f, t -> t.setQueuedRequests(20).setRunningRequests(6)));
    pass(120);

    SparsityStats stats = sparsity.readValue();
    assertThat(stats.getLowLoadShare()).isEqualTo(10 / 16f);
    assertThat(stats.getMediumLoadShare()).isEqualTo(2 / 16f);
    assertThat(stats.getHighLoadShare()).isEqualTo(4 / 16f);
    assertThat(stats.getReanalysesPer100Tokens()).isEqualTo(6.25f);
    assertThat(stats.getDraftedTokens()).isEqualTo(6);
    assertThat(stats.getAcceptedDrafts()).isEqualTo(5);
    assertThat(stats.getQueuedRequests()).isEqualTo(15);
    assertThat(stats.getRunningRequests()).isEqualTo(5);
  }

  @Test
  void haveQuantilesOfTheActiveNeuronRatioOfUpdateWindows() {
    for (int i = 1; i <= 100; i++) {
      float ratio = i / 100f;
      send(Telemetry.constant(10, 0.5f, t -> t.setActiveNeuronRatio(ratio)));
    }
    pass(120);

    SparsityStats stats = sparsity.readValue();
    assertThat(stats.getActiveNeuronRatioQuantiles().getP10()).isEqualTo(0.1f);
    assertThat(stats.getActiveNeuronRatioQuantiles().getP90()).isEqualTo(0.9f);
  }

  @Test
  void sayNotANumberWhereNothingWasMeasured() {
    send(Telemetry.of(List.of()).setLast(true).build());
    pass(120);

    SparsityStats stats = sparsity.readValue();
    assertThat(stats.getRequests()).isEqualTo(1);
    assertThat(stats.getSurprisal().getP70()).isNaN();
  }

  @Test
  void storesHoldNothingOfOldTraffic() {
    for (int minute = 0; minute < 20; minute++) {
      send(Telemetry.constant(200, 0.5f));
      pass(60);
    }
    assertThat(entries(FleetThresholds.SLICES)).isEqualTo(5);
    pass(600);

    assertThat(entries(TelemetryFold.STORE)).isZero();
    assertThat(entries(WindowStats.WINDOWS)).isZero();
    assertThat(entries(FleetThresholds.SLICES)).isZero();
    assertThat(entries(WindowStats.PROGRESS)).isEqualTo(1);
    assertThat(entries(WindowStats.LONG_WINDOWS)).isEqualTo(1);
    assertThat(entries(WindowStats.CLOSED)).isZero();
    assertThat(entries(FleetThresholds.PUBLISHED)).isEqualTo(1);
  }

  private List<SparsityStats> minutes() {
    return rows(Duration.ofMinutes(1));
  }

  private List<SparsityStats> rows(Duration length) {
    return sparsity.readValuesToList().stream()
        .filter(row -> Duration.between(row.getWindowStart(), row.getWindowEnd()).equals(length))
        .toList();
  }
}
