package io.clada.topology;

import io.clada.schemas.Mode;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * Bytes of a {@link Partial}: {@link SingleObject} encoding of {@code Partial.avsc}. Thread-safe.
 */
final class PartialCodec {
  private final SingleObject format = SingleObject.ofResource("Partial.avsc", "Partial.v1.avsc");
  private final Schema sketchSchema =
      format.schema().getField(Measure.SURPRISAL.field()).schema().getTypes().get(1);

  static Serde<Partial> serde() {
    PartialCodec codec = new PartialCodec();
    return Serdes.serdeFrom(
        (topic, partial) -> partial == null ? null : codec.encode(partial),
        (topic, bytes) -> bytes == null ? null : codec.decode(bytes));
  }

  byte[] encode(Partial partial) {
    Scope scope = partial.scope();
    GenericRecordBuilder out =
        format
            .builder()
            .set("model", scope.model())
            .set("mode", scope.mode() == null ? null : scope.mode().name())
            .set("tenant", scope.tenant())
            .set("start", partial.start())
            .set("partition", partial.partition())
            .set("latest", partial.latest())
            .set("layer_ratios", partial.layers().ratios())
            .set("layer_tokens", partial.layers().tokens());
    for (Quantity quantity : Quantity.values()) {
      out.set(quantity.field(), number(quantity, partial.sums()));
    }
    for (Measure measure : Measure.values()) {
      out.set(measure.field(), sketch(partial.sketch(measure)));
    }
    return format.encode(out.build());
  }

  /**
   * @throws org.apache.kafka.common.errors.SerializationException if the bytes are not a partial
   */
  Partial decode(byte[] bytes) {
    GenericRecord in = format.decode(bytes);
    Sums sums = new Sums();
    for (Quantity quantity : Quantity.values()) {
      sums.add(quantity, ((Number) in.get(quantity.field())).doubleValue());
    }
    Map<Measure, QuantileSketch> sketches = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      GenericRecord sketch = (GenericRecord) in.get(measure.field());
      if (sketch != null) {
        sketches.put(measure, sketch(sketch));
      }
    }
    Object mode = in.get("mode");
    Object tenant = in.get("tenant");
    return new Partial(
        new Scope(
            in.get("model").toString(),
            mode == null ? null : Mode.valueOf(mode.toString()),
            tenant == null ? null : tenant.toString()),
        (long) in.get("start"),
        (int) in.get("partition"),
        (long) in.get("latest"),
        sums,
        new LayerSums(list(in.get("layer_ratios")), list(in.get("layer_tokens"))),
        sketches);
  }

  private Object number(Quantity quantity, Sums sums) {
    boolean whole =
        format.schema().getField(quantity.field()).schema().getType() == Schema.Type.LONG;
    if (whole) {
      return sums.count(quantity);
    }
    return sums.get(quantity);
  }

  private @Nullable GenericRecord sketch(QuantileSketch sketch) {
    if (sketch.count() == 0) {
      return null;
    }
    GenericRecord out = new GenericData.Record(sketchSchema);
    out.put("sketch_type", QuantileSketch.TYPE);
    out.put("k", sketch.k());
    out.put("version", QuantileSketch.VERSION);
    out.put("bytes", ByteBuffer.wrap(sketch.bytes()));
    return out;
  }

  private static QuantileSketch sketch(GenericRecord in) {
    ByteBuffer buffer = (ByteBuffer) in.get("bytes");
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return QuantileSketch.of(in.get("sketch_type").toString(), (int) in.get("version"), bytes);
  }

  @SuppressWarnings("unchecked") // Avro checked the items against the schema
  private static <T> List<T> list(Object array) {
    return (List<T>) array;
  }
}
