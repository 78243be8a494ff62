package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.clada.schemas.SparsityStats;
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
    assertThat(sparsity.readValuesToList())
        .extracting(SparsityStats::getTokens)
        .containsExactly(10L);
    pass(10);
    assertThat(sparsity.isEmpty()).isTrue();
  }

  @Test
  void comeOnWallClockTimeWhenTheTopicIsIdle() {
    send(Telemetry.constant(10, 0.5f));
    pass(91);

    assertThat(sparsity.readValuesToList())
        .extracting(SparsityStats::getTokens)
        .containsExactly(10L);
  }

  @Test
  void holdRecordsThatComeOutOfOrderWithinTheGrace() {
    send(Telemetry.constant(10, 0.5f));
    pass(80);
    send(Telemetry.constant(5, 0.5f));
    telemetry.pipeInput("request", Telemetry.constant(3, 0.5f), START.plusSeconds(59));
    pass(120);

    assertThat(sparsity.readValuesToList())
        .extracting(SparsityStats::getTokens)
        .containsExactly(13L, 5L);
  }

  @Test
  void waitAfterAStartForTheRestOfABacklog() {
    telemetry.pipeInput("request", Telemetry.constant(10, 0.5f), START.minusSeconds(600));
    telemetry.pipeInput("request", Telemetry.constant(5, 0.5f), START.minusSeconds(300));
    pass(20);
    telemetry.pipeInput("request", Telemetry.constant(3, 0.5f), START.minusSeconds(600));
    pass(60);

    assertThat(sparsity.readValuesToList())
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

    assertThat(sparsity.readValuesToList())
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

    assertThat(sparsity.readValuesToList())
        .extracting(SparsityStats::getTokens, SparsityStats::getLateRecords)
        .containsExactly(tuple(18L, 0L));
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
    assertThat(entries(FleetThresholds.PUBLISHED)).isEqualTo(1);
  }
}
