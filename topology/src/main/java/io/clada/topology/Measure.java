package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * What quantiles are kept of, and its values in a telemetry record; the names are those of {@code
 * Partial.avsc}.
 */
enum Measure {
  /** Of each token, normalised. */
  SURPRISAL((telemetry, sketch) -> telemetry.getSurprisals().forEach(sketch::add)),
  /** Of each token, normalised. */
  ENTROPY((telemetry, sketch) -> telemetry.getEntropies().forEach(sketch::add)),
  /** Mean of each update window. */
  ACTIVE_NEURON_RATIO(
      (telemetry, sketch) -> {
        if (telemetry.getTokens() > 0) {
          sketch.add(telemetry.getActiveNeuronRatio());
        }
      }),
  TIME_TO_FIRST_TOKEN_SECONDS(
      (telemetry, sketch) -> {
        Double seconds = telemetry.getTimeToFirstTokenSeconds();
        if (seconds != null) {
          sketch.add(seconds.floatValue());
        }
      }),
  /** Mean of each update window, without the token that the prefill gave. */
  TIME_PER_OUTPUT_TOKEN_SECONDS(
      (telemetry, sketch) -> {
        double decoded = telemetry.getTokens() - Quantity.FIRST_TOKENS.of(telemetry);
        if (decoded > 0) {
          sketch.add((float) (telemetry.getDecodeSeconds() / decoded));
        }
      });

  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  private final BiConsumer<LoadTelemetry, QuantileSketch> values;

  private final String field;

  Measure(BiConsumer<LoadTelemetry, QuantileSketch> values) {
    this.values = values;
    this.field = name().toLowerCase(Locale.ROOT);
  }

  void add(LoadTelemetry telemetry, QuantileSketch to) {
    values.accept(telemetry, to);
  }

  /** Its field in {@code Partial.avsc}. */
  String field() {
    return field;
  }
}
