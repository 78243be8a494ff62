package io.clada.topology;

import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.neurons.Levels;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stage 1 of the backbone: adds up the importance of neurons over one partition's requests and
 * forwards the sums, keyed by model and layer, on wall-clock time. As in {@link TelemetryFold},
 * what is forwarded is removed in the same transaction.
 */
final class NeuronFold extends ContextualProcessor<String, NeuronUsage, String, NeuronSums> {
  static final String STORE = "neurons";

  private final BackboneRule rule;
  private final TopologyMetrics metrics;
  private KeyValueStore<String, NeuronSums> sums;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() first
  NeuronFold(BackboneRule rule, TopologyMetrics metrics) {
    this.rule = rule;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, NeuronSums> context) {
    super.init(context);
    sums = context.getStateStore(STORE);
    context.schedule(rule.partials(), PunctuationType.WALL_CLOCK_TIME, now -> forwardAll());
  }

  @Override
  public void process(Record<String, NeuronUsage> record) {
    NeuronUsage usage = NeuronRules.checked(record.value());
    long at = Math.min(record.timestamp(), context().currentSystemTimeMs());
    int layer = usage.getFirstLayer();
    for (NeuronImportance importance : usage.getLayers()) {
      Levels levels = new Levels(importance.getScale(), importance.getLevels());
      String key = NeuronSums.key(usage.getModel(), layer);
      NeuronSums known = sums.get(key);
      if (known == null) {
        known = NeuronSums.empty(usage.getModel(), layer, levels.size(), at);
      }
      known.add(levels, at, rule.halfLifeMs());
      sums.put(key, known);
      layer++;
    }
    metrics.usageFolded();
  }

  private void forwardAll() {
    for (NeuronSums layer : Entries.values(sums.all())) {
      String key = NeuronSums.key(layer.model(), layer.layer());
      context().forward(new Record<>(key, layer, layer.at()));
      sums.delete(key);
    }
  }
}
