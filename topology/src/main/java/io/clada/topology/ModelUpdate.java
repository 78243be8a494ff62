package io.clada.topology;

import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * What travels to stage 2, keyed by model: one topic for all of it, so that whatever concerns a
 * model meets in one task.
 */
sealed interface ModelUpdate permits Partial, Order {
  /** Name of the model. */
  String model();

  /** Each in its own {@link SingleObject} encoding, whose fingerprints tell them apart. */
  static Serde<ModelUpdate> serde() {
    PartialCodec partials = new PartialCodec();
    return Serdes.serdeFrom(
        (topic, update) ->
            update instanceof Partial partial
                ? partials.encode(partial)
                : update instanceof Order order ? order.encoded() : null,
        (topic, bytes) ->
            bytes == null
                ? null
                : Order.reads(bytes) ? Order.decoded(bytes) : partials.decode(bytes));
  }
}
