package io.clada.topology;

import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import org.jspecify.annotations.Nullable;

/** What a record of neurons' importance must fulfil to be counted. */
final class NeuronRules {
  /** So many that a layer's sums fit into one Kafka record of a megabyte. */
  static final int MOST_NEURONS = 65_536;

  private static final int MOST_LAYERS = 1_000;

  private NeuronRules() {}

  /**
   * @throws MalformedTelemetryException naming the field
   */
  static NeuronUsage checked(@Nullable NeuronUsage usage) {
    if (usage == null) {
      throw new MalformedTelemetryException("neurons without a value");
    }
    TelemetryRules.name("model", usage.getModel());
    require(usage.getLayers().size() <= MOST_LAYERS, "holds more than " + MOST_LAYERS);
    for (NeuronImportance layer : usage.getLayers()) {
      float scale = layer.getScale();
      require(Float.isFinite(scale) && scale >= 0, "holds a layer with scale " + scale);
      require(
          layer.getLevels().remaining() <= MOST_NEURONS,
          "holds a layer of more than " + MOST_NEURONS + " neurons");
    }
    return usage;
  }

  private static void require(boolean fulfilled, String problem) {
    if (!fulfilled) {
      throw new MalformedTelemetryException("neurons: layers " + problem);
    }
  }
}
