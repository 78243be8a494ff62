package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.Thresholds;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the fleet's thresholds are, as a specification. */
class FleetThresholdsTest extends AggregationTopologyHarness {
  @Test
  void startFromTheConfiguredDefaults() {
    send(Telemetry.constant(1, 0.9f));
    pass(5);

    assertThat(thresholds.readKeyValuesToList())
        .singleElement()
        .satisfies(
            published -> {
              assertThat(published.key).isEqualTo(MODEL);
              assertThat(published.value.getVersion()).isEqualTo(1);
              assertThat(published.value.getSurprisal()).isEqualTo(0.3f);
              assertThat(published.value.getEntropy()).isEqualTo(0.3f);
              assertThat(published.value.getSamples()).isZero();
              assertThat(published.value.getReason()).isEqualTo("the configured start");
            });
  }

  @Test
  void areTheQuantilesOfRecentTelemetry() {
    send(Telemetry.spread(200, 1f));
    pass(5);

    Thresholds published = newest();
    assertThat(published.getVersion()).isEqualTo(2);
    assertThat(published.getSurprisal()).isCloseTo(0.7f, within(0.006f));
    assertThat(published.getEntropy()).isCloseTo(0.35f, within(0.003f));
    assertThat(published.getSurprisalQuantile()).isEqualTo(0.7f);
    assertThat(published.getSamples()).isEqualTo(200);
    assertThat(published.getComputedAt()).isEqualTo(now);
    assertThat(published.getReason())
        .isEqualTo("traffic moved surprisal 0.300 to 0.700, entropy 0.300 to 0.350");
  }

  @Test
  void doNotMoveBeforeEnoughTokensBackThem() {
    send(Telemetry.constant(199, 0.5f));
    pass(10);
    assertThat(newest().getVersion()).isEqualTo(1);

    send(Telemetry.constant(1, 0.5f));
    pass(5);
    assertThat(newest().getVersion()).isEqualTo(2);
  }

  @Test
  void arePublishedWithoutFurtherTraffic() {
    send(Telemetry.constant(200, 0.5f));
    assertThat(thresholds.isEmpty()).isTrue();

    pass(5);
    assertThat(thresholds.isEmpty()).isFalse();
  }

  @Test
  void areLeftAloneWithinTheHysteresis() {
    send(Telemetry.constant(200, 0.500f));
    pass(5);
    send(Telemetry.constant(2000, 0.524f));
    pass(30);

    assertThat(newest().getVersion()).isEqualTo(2);
  }

  @Test
  void arePublishedAsTheNextVersionWhenTheyMoveFurther() {
    send(Telemetry.constant(200, 0.500f));
    pass(5);
    send(Telemetry.constant(2000, 0.526f));
    pass(30);

    assertThat(thresholds.readValuesToList())
        .extracting(Thresholds::getVersion, Thresholds::getSurprisal)
        .containsExactly(tuple(1L, 0.3f), tuple(2L, 0.500f), tuple(3L, 0.526f));
  }

  @Test
  void areFreeOfTrafficThatHasLeftTheHorizon() {
    send(Telemetry.constant(2000, 0.9f));
    pass(5);
    pass(4 * 60);
    send(Telemetry.constant(200, 0.1f));
    pass(5);
    assertThat(newest().getSurprisal()).isEqualTo(0.9f);

    pass(75);
    Thresholds changed = newest();
    assertThat(changed.getSurprisal()).isEqualTo(0.1f);
    assertThat(changed.getSamples()).isEqualTo(200);
  }

  @Test
  void areNotMovedByABacklogOlderThanTheHorizon() {
    pass(600);
    telemetry.pipeInput("request", Telemetry.constant(500, 0.5f), START);
    pass(30);

    assertThat(thresholds.isEmpty()).isTrue();
  }

  @Test
  void areApartForEachModel() {
    send(Telemetry.constant(200, 0.5f));
    send(LoadTelemetry.newBuilder(Telemetry.constant(200, 0.25f)).setModel("other").build());
    pass(5);

    Map<String, Thresholds> published = thresholds.readKeyValuesToMap();
    assertThat(published.get(MODEL).getSurprisal()).isEqualTo(0.5f);
    assertThat(published.get("other").getSurprisal()).isEqualTo(0.25f);
  }

  @Test
  void goOnFromTheVersionInTheTopicWhereTheStoresAreNew() {
    Thresholds before =
        ThresholdVersions.next(ThresholdVersions.first(MODEL, 0.5, 0.25, 0)).setVersion(57).build();
    restart(new Known(Map.of(MODEL, before), Map.of()));
    send(Telemetry.constant(200, 0.8f));
    pass(5);

    assertThat(thresholds.readValuesToList())
        .extracting(Thresholds::getVersion, Thresholds::getSurprisal)
        .containsExactly(tuple(58L, 0.8f));
  }

  private Thresholds newest() {
    List<Thresholds> published = thresholds.readValuesToList();
    return published.get(published.size() - 1);
  }
}
