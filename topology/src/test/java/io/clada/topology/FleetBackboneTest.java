package io.clada.topology;

import static io.clada.topology.Telemetry.MODEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clada.schemas.Backbone;
import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.neurons.Levels;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

/**
 * What the fleet's backbone is, as a specification; with the default settings: 20 requests, half of
 * whose weight goes in an hour, a version every 30 s at most.
 */
class FleetBackboneTest extends AggregationTopologyHarness {
  @Test
  void isTheMeanShareOfEachNeuron() {
    for (int i = 0; i < 10; i++) {
      finish(1, 0, 0, 0);
      finish(0, 1, 0, 0);
    }
    pass(15);

    Backbone layer = only();
    assertThat(layer.getModel()).isEqualTo(MODEL);
    assertThat(layer.getLayer()).isZero();
    assertThat(layer.getVersion()).isEqualTo(1);
    assertThat(layer.getRequests()).isEqualTo(20);
    assertThat(layer.getComputedAt()).isEqualTo(now.minusSeconds(5));
    assertThat(shares(layer)).containsExactly(0.5, 0.5, 0, 0);
  }

  @Test
  void isKeyedByModelAndLayer() {
    for (int i = 0; i < 20; i++) {
      finish(List.of(new double[] {1, 0}, new double[] {0, 1}));
    }
    pass(15);

    Map<String, Backbone> layers = backbone.readKeyValuesToMap();
    assertThat(layers).containsOnlyKeys(MODEL + "/0", MODEL + "/1");
    assertThat(shares(layers.get(MODEL + "/1"))).containsExactly(0, 1);
  }

  @Test
  void takesTheLayersOfALargeModelFromSeveralRecords() {
    for (int i = 0; i < 20; i++) {
      finish(List.of(new double[] {1, 0}));
      NeuronUsage rest = usage(List.of(new NeuronImportance(0.5f, bytes(0, 0, 1))));
      neurons.pipeInput(MODEL, NeuronUsage.newBuilder(rest).setFirstLayer(1).build(), now);
    }
    pass(15);

    Map<String, Backbone> layers = backbone.readKeyValuesToMap();
    assertThat(shares(layers.get(MODEL + "/0"))).containsExactly(1, 0);
    assertThat(shares(layers.get(MODEL + "/1"))).containsExactly(0, 0, 1);
    assertThat(layers.get(MODEL + "/1").getRequests()).isEqualTo(20);
  }

  @Test
  void countsEachRequestAlike() {
    for (int i = 0; i < 20; i++) {
      finishScaled(0.9f, 1, 0);
      finishScaled(0.001f, 0, 1);
    }
    pass(15);

    assertThat(shares(only())).containsExactly(0.5, 0.5);
  }

  @Test
  void isNotPublishedBeforeEnoughRequestsBackIt() {
    for (int i = 0; i < 19; i++) {
      finish(1, 0);
    }
    pass(60);
    assertThat(backbone.isEmpty()).isTrue();

    finish(1, 0);
    finish(1, 0);
    pass(15);
    assertThat(backbone.isEmpty()).isFalse();
  }

  @Test
  void isLeftAloneWhileLittleMoves() {
    for (int i = 0; i < 100; i++) {
      finish(1, 0);
    }
    pass(60);
    only();

    finish(0, 1);
    pass(300);
    assertThat(backbone.isEmpty()).isTrue();
  }

  @Test
  void isNotPublishedForEachRequest() {
    for (int i = 0; i < 20; i++) {
      finish(1, 0);
    }
    pass(10);
    only();
    for (int i = 0; i < 25; i++) {
      finish(0, 1);
      pass(1);
    }
    assertThat(backbone.isEmpty()).isTrue();

    pass(15);
    Backbone second = only();
    assertThat(second.getVersion()).isEqualTo(2);
    assertThat(shares(second)[1]).isCloseTo(25 / 45.0, within(0.01));
  }

  @Test
  void letsOldRequestsFade() {
    for (int i = 0; i < 64; i++) {
      finish(1, 0);
    }
    pass(60);
    only();
    advance(Duration.ofHours(2));
    for (int i = 0; i < 16; i++) {
      finish(0, 1);
    }
    pass(15);

    Backbone faded = only();
    assertThat(faded.getRequests()).isCloseTo(32, within(0.3));
    assertThat(shares(faded)[0]).isCloseTo(0.5, within(0.01));
  }

  @Test
  void startsAnewWhereAModelComesBackWithAnotherWidth() {
    for (int i = 0; i < 20; i++) {
      finish(1, 0);
    }
    pass(60);
    only();
    for (int i = 0; i < 20; i++) {
      finish(0, 0, 1);
    }
    pass(15);

    Backbone wider = only();
    assertThat(wider.getVersion()).isEqualTo(2);
    assertThat(shares(wider)).containsExactly(0, 0, 1);
  }

  @Test
  void goesOnFromTheVersionInTheTopicWhereTheStoresAreNew() {
    Backbone before =
        Backbone.newBuilder()
            .setModel(MODEL)
            .setLayer(0)
            .setVersion(12)
            .setScale(1)
            .setLevels(ByteBuffer.wrap(new byte[] {(byte) 255, 0}))
            .build();
    restart(new Known(Map.of(), Map.of(MODEL + "/0", before)));
    for (int i = 0; i < 20; i++) {
      finish(0, 1);
    }
    pass(15);

    assertThat(only().getVersion()).isEqualTo(13);
  }

  @Test
  void takesNothingFromARequestThatMakesNoSense() {
    neurons.pipeInput(MODEL, usage(List.of(new NeuronImportance(Float.NaN, bytes(1, 0)))), now);

    assertThat(
            new String(
                deadLetters.readRecord().headers().lastHeader("__streams.errors.message").value(),
                StandardCharsets.UTF_8))
        .isEqualTo("neurons: layers holds a layer with scale NaN");
  }

  @Test
  void storesHoldOneEntryPerLayer() {
    for (int minute = 0; minute < 5; minute++) {
      for (int i = 0; i < 50; i++) {
        finish(List.of(new double[] {1, 0}, new double[] {minute, 1}));
      }
      pass(60);
    }

    assertThat(entries(NeuronFold.STORE)).isZero();
    assertThat(entries(FleetBackbone.SUMS)).isEqualTo(2);
    assertThat(entries(FleetBackbone.PUBLISHED)).isEqualTo(2);
  }

  private void finish(double... shares) {
    finish(List.of(shares));
  }

  private void finish(List<double[]> layers) {
    List<NeuronImportance> all = new ArrayList<>();
    layers.forEach(shares -> all.add(new NeuronImportance(0.5f, bytes(shares))));
    neurons.pipeInput(MODEL, usage(all), now);
  }

  private void finishScaled(float scale, double... shares) {
    neurons.pipeInput(MODEL, usage(List.of(new NeuronImportance(scale, bytes(shares)))), now);
  }

  private static NeuronUsage usage(List<NeuronImportance> layers) {
    return NeuronUsage.newBuilder()
        .setId("request")
        .setModel(MODEL)
        .setPromptTokens(10)
        .setLayers(layers)
        .build();
  }

  private static ByteBuffer bytes(double... shares) {
    return Levels.of(shares, Arrays.stream(shares).sum()).bytes();
  }

  private Backbone only() {
    List<KeyValue<String, Backbone>> published = backbone.readKeyValuesToList();
    assertThat(published).hasSize(1);
    return published.get(0).value;
  }

  private static double[] shares(Backbone layer) {
    Levels levels = new Levels(layer.getScale(), layer.getLevels());
    double[] shares = new double[levels.size()];
    for (int i = 0; i < shares.length; i++) {
      shares[i] = levels.relative(i) * levels.scale();
    }
    return shares;
  }
}
