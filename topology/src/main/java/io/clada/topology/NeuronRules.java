package io.clada.topology;

import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.neurons.Levels;
import org.jspecify.annotations.Nullable;

/** What a record of neurons' importance must fulfil to be counted. */
final class NeuronRules {
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
    int first = usage.getFirstLayer();
    require(first >= 0, "begins with layer " + first);
    require(
        first <= MOST_LAYERS - usage.getLayers().size(), "holds one after layer " + MOST_LAYERS);
    for (NeuronImportance layer : usage.getLayers()) {
      float scale = layer.getScale();
      require(Float.isFinite(scale) && scale >= 0, "holds a layer with scale " + scale);
      require(
          layer.getLevels().remaining() <= Levels.MOST,
          "holds a layer of more than " + Levels.MOST + " neurons");
    }
    return usage;
  }

  private static void require(boolean fulfilled, String problem) {
    if (!fulfilled) {
      throw new MalformedTelemetryException("neurons: layers " + problem);
    }
  }
}
