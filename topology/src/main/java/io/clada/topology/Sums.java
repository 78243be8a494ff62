package io.clada.topology;

import io.clada.schemas.LoadTelemetry;

/** Each {@link Quantity} summed up. Counts are exact up to 2^53. Mutable and not thread-safe. */
@SuppressWarnings("EnumOrdinal") // as indices within this process; what is stored has names
final class Sums {
  private static final Quantity[] ALL = Quantity.values();

  private final double[] values = new double[ALL.length];

  void add(LoadTelemetry telemetry) {
    for (Quantity quantity : ALL) {
      values[quantity.ordinal()] += quantity.of(telemetry);
    }
  }

  void add(Sums other) {
    for (int i = 0; i < values.length; i++) {
      values[i] += other.values[i];
    }
  }

  void add(Quantity quantity, double amount) {
    values[quantity.ordinal()] += amount;
  }

  double get(Quantity quantity) {
    return values[quantity.ordinal()];
  }

  long count(Quantity quantity) {
    return (long) get(quantity);
  }

  /** How much of one there was for each of the other; {@code otherwise} where there was none. */
  double ratio(Quantity of, Quantity per, double otherwise) {
    return get(per) == 0 ? otherwise : get(of) / get(per);
  }

  /** Tokens that took a decode step. */
  double decodedTokens() {
    return get(Quantity.TOKENS) - get(Quantity.FIRST_TOKENS);
  }
}
