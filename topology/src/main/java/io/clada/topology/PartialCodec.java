package io.clada.topology;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * Bytes of a {@link Partial}: {@link SingleObject} encoding of {@code Partial.avsc}. Thread-safe.
 */
final class PartialCodec {
  private final SingleObject format = SingleObject.ofResource("Partial.avsc");
  private final Schema sketchSchema = format.schema().getField("surprisal").schema();

  static Serde<Partial> serde() {
    PartialCodec codec = new PartialCodec();
    return Serdes.serdeFrom(
        (topic, partial) -> partial == null ? null : codec.encode(partial),
        (topic, bytes) -> bytes == null ? null : codec.decode(bytes));
  }

  byte[] encode(Partial partial) {
    Counts counts = partial.counts();
    return format.encode(
        format
            .builder()
            .set("model", partial.model())
            .set("start", partial.start())
            .set("partition", partial.partition())
            .set("latest", partial.latest())
            .set("records", counts.records())
            .set("tokens", counts.tokens())
            .set("requests", counts.requests())
            .set("low_load_tokens", counts.lowLoad())
            .set("medium_load_tokens", counts.mediumLoad())
            .set("high_load_tokens", counts.highLoad())
            .set("reanalyses", counts.reanalyses())
            .set("active_neurons", counts.activeNeurons())
            .set("weights_read", counts.weightsRead())
            .set("decode_seconds", counts.decodeSeconds())
            .set("layer_ratios", partial.layers().ratios())
            .set("layer_tokens", partial.layers().tokens())
            .set("surprisal", sketch(partial.surprisal()))
            .set("entropy", sketch(partial.entropy()))
            .build());
  }

  /**
   * @throws org.apache.kafka.common.errors.SerializationException if the bytes are not a partial
   */
  Partial decode(byte[] bytes) {
    GenericRecord in = format.decode(bytes);
    return new Partial(
        in.get("model").toString(),
        (long) in.get("start"),
        (int) in.get("partition"),
        (long) in.get("latest"),
        new Counts(
            (long) in.get("records"),
            (long) in.get("tokens"),
            (long) in.get("requests"),
            (long) in.get("low_load_tokens"),
            (long) in.get("medium_load_tokens"),
            (long) in.get("high_load_tokens"),
            (long) in.get("reanalyses"),
            (double) in.get("active_neurons"),
            (double) in.get("weights_read"),
            (double) in.get("decode_seconds")),
        new LayerSums(list(in.get("layer_ratios")), list(in.get("layer_tokens"))),
        sketch((GenericRecord) in.get("surprisal")),
        sketch((GenericRecord) in.get("entropy")));
  }

  private GenericRecord sketch(QuantileSketch sketch) {
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
