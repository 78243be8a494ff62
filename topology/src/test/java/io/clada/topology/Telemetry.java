package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Telemetry records for tests. */
final class Telemetry {
  static final String MODEL = "demo-llama";

  private Telemetry() {}

  /** Tokens of which each has this surprisal and half of it as entropy. */
  static LoadTelemetry constant(int tokens, float surprisal) {
    return of(Collections.nCopies(tokens, surprisal)).build();
  }

  /** The same, with other fields as well. */
  static LoadTelemetry constant(
      int tokens, float surprisal, UnaryOperator<LoadTelemetry.Builder> more) {
    return more.apply(of(Collections.nCopies(tokens, surprisal))).build();
  }

  /** As many tokens, with surprisals spread evenly from 0 (exclusive) to {@code max}. */
  static LoadTelemetry spread(int tokens, float max) {
    return of(IntStream.rangeClosed(1, tokens).mapToObj(i -> max * i / tokens).toList()).build();
  }

  static LoadTelemetry.Builder of(List<Float> surprisals) {
    List<Float> entropies = new ArrayList<>();
    surprisals.forEach(surprisal -> entropies.add(surprisal / 2));
    return LoadTelemetry.newBuilder()
        .setId("request")
        .setModel(MODEL)
        .setFirstTokenIndex(0)
        .setTokens(surprisals.size())
        .setSurprisals(surprisals)
        .setEntropies(entropies)
        .setLowLoadTokens(surprisals.size());
  }
}
