package io.clada.topology;

import io.clada.schemas.Backbone;
import io.clada.schemas.Thresholds;
import io.clada.schemas.serde.AvroSerdes;
import java.time.Duration;
import java.util.Map;

/**
 * What the compacted topics held when the application started: so that versions go on from there
 * also where its stores are new, because it was reset or runs under another id.
 *
 * @param thresholds by model
 * @param backbones by model and layer, as {@link NeuronSums#key}
 */
record Known(Map<String, Thresholds> thresholds, Map<String, Backbone> backbones) {
  static final Known NOTHING = new Known(Map.of(), Map.of());

  Known {
    thresholds = Map.copyOf(thresholds);
    backbones = Map.copyOf(backbones);
  }

  /**
   * Reads the topics to their ends.
   *
   * @throws TopologyException if that takes longer than {@code atMost}
   */
  static Known read(TopologyConfig config, Map<String, Object> consumer, Duration atMost) {
    AvroSerdes serdes = new AvroSerdes(config.kafka());
    Map<String, Thresholds> thresholds =
        CompactedTopic.latest(
            consumer,
            config.topics().thresholds(),
            serdes.values(Thresholds.class).deserializer(),
            atMost);
    thresholds.entrySet().removeIf(entry -> Order.isOrder(entry.getKey(), entry.getValue()));
    return new Known(
        thresholds,
        CompactedTopic.latest(
            consumer,
            config.topics().backbone(),
            serdes.values(Backbone.class).deserializer(),
            atMost));
  }
}
