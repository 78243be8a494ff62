package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Thresholds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Without the setting that turns it on, the elastic controller only cleans up. */
class ElasticOffTest extends AggregationTopologyHarness {
  @Test
  void theOffsetStaysZero() {
    traffic();

    assertThat(thresholds.readValuesToList())
        .isNotEmpty()
        .allSatisfy(published -> assertThat(published.getKeepRatioOffset()).isZero());
  }

  @Test
  void anOffsetOfTheTimeBeforeIsTakenBack() {
    Thresholds before =
        ThresholdVersions.keepRatio(ThresholdVersions.first(MODEL, 0.5, 0.5, 0), 0.2, "calm");
    restart(new Known(Map.of(MODEL, before), Map.of()));
    traffic();

    List<Thresholds> published = thresholds.readValuesToList();
    assertThat(published.get(published.size() - 1))
        .satisfies(
            last -> {
              assertThat(last.getKeepRatioOffset()).isZero();
              assertThat(last.getKeepRatioReason()).isEqualTo("the elastic controller is off");
            });
  }

  private void traffic() {
    for (int second = 0; second < 120; second++) {
      send(Telemetry.constant(50, 0.5f));
      pass(1);
    }
  }
}
