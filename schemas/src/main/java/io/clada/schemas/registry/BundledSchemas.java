package io.clada.schemas.registry;

import io.clada.schemas.Backbone;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.topics.Topics;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;

/** The schemas of this project by their subjects under the default topic prefix. */
final class BundledSchemas {
  private BundledSchemas() {}

  /**
   * In the order in which embedded registries register them. The order decides their ids, and two
   * processes with embedded registries read each other's messages only while both have the same:
   * append, never reorder.
   */
  static Map<String, Schema> bySubject() {
    Topics topics = new Topics(Topics.DEFAULT_PREFIX);
    Map<String, Schema> schemas = new LinkedHashMap<>();
    schemas.put(topics.requests() + "-value", GenerationRequest.getClassSchema());
    schemas.put(topics.tokens() + "-value", TokenEvent.getClassSchema());
    schemas.put(topics.telemetry() + "-value", LoadTelemetry.getClassSchema());
    schemas.put(topics.neurons() + "-value", NeuronUsage.getClassSchema());
    schemas.put(topics.sparsity() + "-value", SparsityStats.getClassSchema());
    schemas.put(topics.thresholds() + "-value", Thresholds.getClassSchema());
    schemas.put(topics.backbone() + "-value", Backbone.getClassSchema());
    return schemas;
  }
}
