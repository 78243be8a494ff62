package io.clada.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Thresholds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** What becomes of telemetry that cannot be used. */
class MalformedTelemetryTest extends AggregationTopologyHarness {
  @Test
  void thatCannotBeDecodedGoesToTheDeadLetters() {
    rawTelemetry.pipeInput("bad", "not avro".getBytes(StandardCharsets.UTF_8), START);
    send(Telemetry.constant(200, 0.5f));
    pass(5);

    TestRecord<String, byte[]> dead = deadLetters.readRecord();
    assertThat(dead.key()).isEqualTo("bad");
    assertThat(dead.value()).asString().isEqualTo("not avro");
    assertThat(dead.headers().lastHeader("__streams.errors.topic").value())
        .asString()
        .isEqualTo("clada.telemetry");
    assertThat(thresholds.readValuesToList())
        .extracting(Thresholds::getSamples)
        .containsExactly(0L, 200L);
  }

  @Test
  void thatMakesNoSenseGoesToTheDeadLetters() {
    send(Telemetry.of(List.of(0.5f, 0.5f)).setTokens(1).build());
    send(Telemetry.of(List.of()).setModel(" ").build());
    send(Telemetry.of(List.of(0.5f)).setActiveNeuronRatio(Float.NaN).build());
    send(Telemetry.of(List.of(0.5f)).setWeightsReadRatio(-1).build());
    send(Telemetry.constant(200, 0.5f));
    pass(5);

    assertThat(deadLetters.readRecordsToList())
        .extracting(
            dead ->
                new String(
                    dead.headers().lastHeader("__streams.errors.message").value(),
                    StandardCharsets.UTF_8))
        .containsExactly(
            "telemetry: surprisals holds 2 values for 1 tokens",
            "telemetry: model is empty",
            "telemetry: active_neuron_ratio is NaN, not from 0 to 1",
            "telemetry: weights_read_ratio is -1.0");
    assertThat(thresholds.readValuesToList())
        .extracting(Thresholds::getSamples)
        .containsExactly(0L, 200L);
  }

  /** What mode EXACT reads for drafts that turn out wrong comes on top of what dense reads. */
  @Test
  void thatReadMoreThanDenseIsCounted() {
    send(Telemetry.of(List.of(0.5f)).setWeightsReadRatio(1.05f).build());
    send(Telemetry.constant(200, 0.5f));
    pass(5);

    assertThat(deadLetters.isEmpty()).isTrue();
    assertThat(thresholds.readValuesToList())
        .extracting(Thresholds::getSamples)
        .containsExactly(0L, 201L);
  }
}
