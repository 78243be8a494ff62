package io.clada.topology;

import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * What the elastic controller remembers of a model.
 *
 * @param offset in force
 * @param calmSince since when the fleet has been calm, ms since the epoch; {@link #NEVER}: it is
 *     not
 * @param changedAt when the offset last changed, ms since the epoch, or {@link #NEVER}
 * @param failed lowest offset known to be too much; 2: none is
 * @param patience how long the fleet must be calm before that one is tried again, ms
 */
record KeepRatio(double offset, long calmSince, long changedAt, double failed, long patience) {
  static final long NEVER = -1;

  /** More than any offset. */
  static final double NONE_FAILED = 2;

  static KeepRatio start(double offset) {
    return new KeepRatio(offset, NEVER, NEVER, NONE_FAILED, 0);
  }

  KeepRatio calmSince(long since) {
    return new KeepRatio(offset, since, changedAt, failed, patience);
  }

  /** {@link SingleObject} encoding of {@code KeepRatio.avsc}. */
  static Serde<KeepRatio> serde() {
    SingleObject format = SingleObject.ofResource("KeepRatio.avsc");
    return Serdes.serdeFrom(
        (topic, state) -> state == null ? null : encode(format, state),
        (topic, bytes) -> bytes == null ? null : decode(format.decode(bytes)));
  }

  private static byte[] encode(SingleObject format, KeepRatio state) {
    return format.encode(
        format
            .builder()
            .set("offset", state.offset)
            .set("calm_since", state.calmSince)
            .set("changed_at", state.changedAt)
            .set("failed", state.failed)
            .set("patience_ms", state.patience)
            .build());
  }

  private static KeepRatio decode(GenericRecord in) {
    return new KeepRatio(
        (double) in.get("offset"),
        (long) in.get("calm_since"),
        (long) in.get("changed_at"),
        (double) in.get("failed"),
        (long) in.get("patience_ms"));
  }
}
