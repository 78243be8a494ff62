package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What adds up over telemetry records; the names are those of {@code Partial.avsc}. */
enum Quantity {
  RECORDS(telemetry -> 1),
  TOKENS(LoadTelemetry::getTokens),
  /** Requests that ended. */
  REQUESTS(telemetry -> telemetry.getLast() ? 1 : 0),
  LOW_LOAD_TOKENS(LoadTelemetry::getLowLoadTokens),
  MEDIUM_LOAD_TOKENS(LoadTelemetry::getMediumLoadTokens),
  HIGH_LOAD_TOKENS(LoadTelemetry::getHighLoadTokens),
  REANALYSES(LoadTelemetry::getReanalyses),
  DRAFTED_TOKENS(LoadTelemetry::getDraftedTokens),
  ACCEPTED_DRAFTS(LoadTelemetry::getAcceptedDrafts),
  /** Tokens that a prefill gave: no decode step took time for them. */
  FIRST_TOKENS(telemetry -> telemetry.getTimeToFirstTokenSeconds() == null ? 0 : 1),
  QUEUED_REQUESTS(LoadTelemetry::getQueuedRequests),
  RUNNING_REQUESTS(LoadTelemetry::getRunningRequests),
  /** Active-neuron ratio, summed over tokens. */
  ACTIVE_NEURONS(telemetry -> (double) telemetry.getTokens() * telemetry.getActiveNeuronRatio()),
  /** Share of weights read, summed over tokens. */
  WEIGHTS_READ(telemetry -> (double) telemetry.getTokens() * telemetry.getWeightsReadRatio()),
  /** Summed over streams. */
  DECODE_SECONDS(LoadTelemetry::getDecodeSeconds);

  @SuppressWarnings("ImmutableEnumChecker") // lambdas without state
  private final ToDoubleFunction<LoadTelemetry> amount;

  private final String field;

  Quantity(ToDoubleFunction<LoadTelemetry> amount) {
    this.amount = amount;
    this.field = name().toLowerCase(Locale.ROOT);
  }

  double of(LoadTelemetry telemetry) {
    return amount.applyAsDouble(telemetry);
  }

  /** Its field in {@code Partial.avsc}. */
  String field() {
    return field;
  }
}
