package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Thresholds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How the fleet's load reaches the keep-ratio offset; {@link KeepRatioRuleTest} has the rule. */
class ElasticThresholdsTest extends AggregationTopologyHarness {
  @Override
  Map<String, String> settings() {
    return Map.of("clada.elastic.enabled", "true");
  }

  @Test
  void aCalmFleetKeepsMoreUnderTheNextVersion() {
    traffic(0, 70);

    Thresholds raised = newest();
    assertThat(raised.getKeepRatioOffset()).isEqualTo(0.05f);
    assertThat(raised.getKeepRatioReason())
        .isEqualTo("calm: 0.00 waiting for each that runs, 20 ms per token");
    assertThat(raised.getVersion()).isEqualTo(3);
    assertThat(raised.getSurprisal()).isEqualTo(0.5f);
  }

  @Test
  void aSwampedFleetIsBackAtTheProfilesBoundWithinSeconds() {
    traffic(0, 180);
    assertThat(newest().getKeepRatioOffset()).isPositive();
    traffic(40, 30);

    Thresholds lowered = newest();
    assertThat(lowered.getKeepRatioOffset()).isZero();
    assertThat(lowered.getKeepRatioReason()).startsWith("pressed: ");
  }

  @Test
  void aPinHoldsTheThresholdsAndNotTheOffset() {
    traffic(0, 10);
    Thresholds pinned = Thresholds.newBuilder(newest()).setPinned(true).setComputedAt(now).build();
    orders.pipeInput(Order.key(MODEL), pinned, now);
    traffic(0, 120);

    assertThat(newest())
        .satisfies(
            held -> {
              assertThat(held.getPinned()).isTrue();
              assertThat(held.getKeepRatioOffset()).isPositive();
            });
  }

  @Test
  void theControllerGoesOnWhereTheTopicSaysItWasAfterAReset() {
    Thresholds before =
        ThresholdVersions.keepRatio(ThresholdVersions.first(MODEL, 0.5, 0.5, 0), 0.2, "calm");
    restart(new Known(Map.of(MODEL, before), Map.of()));
    traffic(0, 70);

    assertThat(newest().getKeepRatioOffset()).isEqualTo(0.25f);
  }

  /** A record a second of a worker that runs ten requests. */
  private void traffic(int queued, int seconds) {
    for (int second = 0; second < seconds; second++) {
      send(
          Telemetry.constant(
              50,
              0.5f,
              t -> t.setQueuedRequests(queued).setRunningRequests(10).setDecodeSeconds(1)));
      pass(1);
    }
  }

  private Thresholds newest() {
    List<Thresholds> published = thresholds.readValuesToList();
    return published.get(published.size() - 1);
  }
}
