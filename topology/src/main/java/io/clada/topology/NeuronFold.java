package io.clada.topology;

import io.clada.schemas.NeuronImportance;
import io.clada.schemas.NeuronUsage;
import io.clada.schemas.neurons.Levels;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Stage 1 of the backbone: adds up the importance of neurons over one partition's requests and
 * forwards the sums, keyed by model and layer, on wall-clock time. As in {@link TelemetryFold}, the
 * journal of what was added up is emptied in the same transaction.
 */
final class NeuronFold extends ContextualProcessor<String, NeuronUsage, String, NeuronSums> {
  static final String STORE = "unfolded-neurons";

  /** Records after which sums are forwarded early: each has up to half a megabyte. */
  private static final int MOST = 100;

  private final BackboneRule rule;
  private final TopologyMetrics metrics;
  private final Map<String, NeuronSums> sums = new TreeMap<>();
  private Journal<NeuronUsage> journal;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() first
  NeuronFold(BackboneRule rule, TopologyMetrics metrics) {
    this.rule = rule;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, NeuronSums> context) {
    super.init(context);
    sums.clear();
    journal = new Journal<>(context.getStateStore(STORE));
    journal.replay(this::fold);
    context.schedule(rule.partials(), PunctuationType.WALL_CLOCK_TIME, now -> forwardAll());
  }

  @Override
  public void process(Record<String, NeuronUsage> record) {
    NeuronUsage usage = NeuronRules.checked(record.value());
    long at = Math.min(record.timestamp(), context().currentSystemTimeMs());
    journal.add(at, usage);
    fold(at, usage);
    metrics.usageFolded();
    if (journal.size() >= MOST) {
      forwardAll();
    }
  }

  private void fold(long at, NeuronUsage usage) {
    String model = usage.getModel();
    int layer = usage.getFirstLayer();
    for (NeuronImportance importance : usage.getLayers()) {
      Levels levels = new Levels(importance.getScale(), importance.getLevels());
      int of = layer++;
      sums.computeIfAbsent(
              NeuronSums.key(model, of), any -> NeuronSums.empty(model, of, levels.size(), at))
          .add(levels, at, rule.halfLifeMs());
    }
  }

  private void forwardAll() {
    sums.forEach((key, layer) -> context().forward(new Record<>(key, layer, layer.at())));
    journal.clear();
    sums.clear();
  }
}
