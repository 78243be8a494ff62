package io.clada.topology;

import io.clada.schemas.Thresholds;
import org.apache.avro.generic.GenericRecord;

/**
 * What an operator ordered of a model's thresholds: values to go back to, pinned or not. Travels as
 * {@link SingleObject} encoding of {@code Order.avsc}.
 *
 * @param version that the values are of
 * @param operator who ordered it
 * @param reason why, for people
 * @param orderedAt ms since the epoch; greater than that of the order before
 */
record Order(
    String model,
    long version,
    float surprisal,
    float entropy,
    boolean pinned,
    String operator,
    String reason,
    long orderedAt)
    implements ModelUpdate {
  private static final SingleObject FORMAT = SingleObject.ofResource("Order.avsc");

  /** Whether a record of the topic of thresholds is an order, and not thresholds in force. */
  static boolean isOrder(String key, Thresholds value) {
    return !key.equals(value.getModel());
  }

  /** Key of an order in the topic of thresholds. */
  static String key(String model) {
    return model + "/order";
  }

  /**
   * @throws MalformedTelemetryException if the values are not such as a token can have
   */
  static Order of(Thresholds ordered) {
    TelemetryRules.name("model", ordered.getModel());
    if (!isThreshold(ordered.getSurprisal()) || !isThreshold(ordered.getEntropy())) {
      throw new MalformedTelemetryException(
          "order: surprisal %s, entropy %s: not from 0 up"
              .formatted(ordered.getSurprisal(), ordered.getEntropy()));
    }
    return new Order(
        ordered.getModel(),
        ordered.getVersion(),
        ordered.getSurprisal(),
        ordered.getEntropy(),
        ordered.getPinned(),
        ordered.getOperator(),
        ordered.getReason(),
        ordered.getComputedAt().toEpochMilli());
  }

  byte[] encoded() {
    return FORMAT.encode(
        FORMAT
            .builder()
            .set("model", model)
            .set("version", version)
            .set("surprisal", surprisal)
            .set("entropy", entropy)
            .set("pinned", pinned)
            .set("operator", operator)
            .set("reason", reason)
            .set("ordered_at", orderedAt)
            .build());
  }

  /** Whether the bytes are those of an order. */
  static boolean reads(byte[] bytes) {
    return FORMAT.reads(bytes);
  }

  static Order decoded(byte[] bytes) {
    GenericRecord in = FORMAT.decode(bytes);
    return new Order(
        in.get("model").toString(),
        (long) in.get("version"),
        (float) in.get("surprisal"),
        (float) in.get("entropy"),
        (boolean) in.get("pinned"),
        in.get("operator").toString(),
        in.get("reason").toString(),
        (long) in.get("ordered_at"));
  }

  private static boolean isThreshold(float value) {
    return Float.isFinite(value) && value >= 0;
  }
}
