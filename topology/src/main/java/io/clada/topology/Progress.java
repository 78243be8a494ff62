package io.clada.topology;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * How far a model's statistics have come.
 *
 * @param closedUntil windows that end up to here are closed, ms since the epoch
 * @param lateRecords telemetry records that came after their window had closed
 * @param latest latest event time seen from each partition of the telemetry, ms since the epoch
 */
record Progress(long closedUntil, long lateRecords, Map<Integer, Long> latest) {
  static final Progress NONE = new Progress(0, 0, Map.of());

  Progress {
    latest = Map.copyOf(latest);
  }

  Progress seen(int partition, long at) {
    Map<Integer, Long> times = new HashMap<>(latest);
    times.merge(partition, at, Math::max);
    return new Progress(closedUntil, lateRecords, times);
  }

  Progress late(long records) {
    return new Progress(closedUntil, lateRecords + records, latest);
  }

  Progress closed(long until) {
    return new Progress(Math.max(closedUntil, until), lateRecords, latest);
  }

  /** {@link SingleObject} encoding of {@code Progress.avsc}. */
  static Serde<Progress> serde() {
    SingleObject format = SingleObject.ofResource("Progress.avsc");
    return Serdes.serdeFrom(
        (topic, progress) -> progress == null ? null : encode(format, progress),
        (topic, bytes) -> bytes == null ? null : decode(format.decode(bytes)));
  }

  private static byte[] encode(SingleObject format, Progress progress) {
    Map<String, Long> latest = new HashMap<>();
    progress.latest.forEach((partition, at) -> latest.put(partition.toString(), at));
    return format.encode(
        format
            .builder()
            .set("closed_until", progress.closedUntil)
            .set("late_records", progress.lateRecords)
            .set("latest", latest)
            .build());
  }

  private static Progress decode(GenericRecord in) {
    Map<Integer, Long> latest = new HashMap<>();
    ((Map<?, ?>) in.get("latest"))
        .forEach((partition, at) -> latest.put(Integer.valueOf(partition.toString()), (Long) at));
    return new Progress((long) in.get("closed_until"), (long) in.get("late_records"), latest);
  }
}
