package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.Thresholds;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the fleet's thresholds are, as a specification. */
class FleetThresholdsTest extends AggregationTopologyHarness {
  @Test
  void theQuantilesOfRecentTelemetry() {
    send(Telemetry.spread(200, 1f));
    pass(5);

    assertThat(thresholds.readKeyValuesToList())
        .singleElement()
        .satisfies(
            published -> {
              assertThat(published.key).isEqualTo(MODEL);
              assertThat(published.value.getVersion()).isEqualTo(1);
              assertThat(published.value.getSurprisal()).isCloseTo(0.7f, within(0.006f));
              assertThat(published.value.getEntropy()).isCloseTo(0.35f, within(0.003f));
              assertThat(published.value.getSamples()).isEqualTo(200);
              assertThat(published.value.getComputedAt()).isEqualTo(now);
            });
  }

  @Test
  void notPublishedBeforeEnoughTokensBackThem() {
    send(Telemetry.constant(199, 0.5f));
    pass(10);
    assertThat(thresholds.isEmpty()).isTrue();

    send(Telemetry.constant(1, 0.5f));
    pass(5);
    assertThat(thresholds.readValuesToList()).hasSize(1);
  }

  @Test
  void publishedWithoutFurtherTraffic() {
    send(Telemetry.constant(200, 0.5f));
    assertThat(thresholds.isEmpty()).isTrue();

    pass(5);
    assertThat(thresholds.isEmpty()).isFalse();
  }

  @Test
  void leftAloneWithinTheHysteresis() {
    send(Telemetry.constant(200, 0.500f));
    pass(5);
    send(Telemetry.constant(2000, 0.524f));
    pass(30);

    assertThat(thresholds.readValuesToList())
        .extracting(Thresholds::getVersion)
        .containsExactly(1L);
  }

  @Test
  void publishedAsTheNextVersionWhenTheyMoveFurther() {
    send(Telemetry.constant(200, 0.500f));
    pass(5);
    send(Telemetry.constant(2000, 0.526f));
    pass(30);

    assertThat(thresholds.readValuesToList())
        .extracting(Thresholds::getVersion, Thresholds::getSurprisal)
        .containsExactly(tuple(1L, 0.500f), tuple(2L, 0.526f));
  }

  @Test
  void freeOfTrafficThatHasLeftTheHorizon() {
    send(Telemetry.constant(2000, 0.9f));
    pass(5);
    pass(4 * 60);
    send(Telemetry.constant(200, 0.1f));
    pass(5);
    assertThat(thresholds.readValuesToList())
        .extracting(Thresholds::getSurprisal)
        .containsExactly(0.9f);

    pass(75);
    assertThat(thresholds.readValuesToList())
        .singleElement()
        .satisfies(
            changed -> {
              assertThat(changed.getSurprisal()).isEqualTo(0.1f);
              assertThat(changed.getSamples()).isEqualTo(200);
            });
  }

  @Test
  void notMovedByABacklogOlderThanTheHorizon() {
    pass(600);
    telemetry.pipeInput("request", Telemetry.constant(500, 0.5f), START);
    pass(30);

    assertThat(thresholds.isEmpty()).isTrue();
  }

  @Test
  void apartForEachModel() {
    send(Telemetry.constant(200, 0.5f));
    send(LoadTelemetry.newBuilder(Telemetry.constant(200, 0.25f)).setModel("other").build());
    pass(5);

    Map<String, Thresholds> published = thresholds.readKeyValuesToMap();
    assertThat(published.get(MODEL).getSurprisal()).isEqualTo(0.5f);
    assertThat(published.get("other").getSurprisal()).isEqualTo(0.25f);
  }
}
