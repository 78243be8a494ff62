package io.clada.topology;

import io.clada.schemas.Backbone;
import io.clada.schemas.neurons.Levels;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Stage 2 of the backbone: the mean importance of a layer's neurons over all finished requests,
 * published on wall-clock time by {@link BackboneRule}.
 *
 * <p>The stores hold one entry per layer of each model ever seen.
 */
final class FleetBackbone extends ContextualProcessor<String, NeuronSums, String, Backbone> {
  static final String SUMS = "neuron-sums";
  static final String PUBLISHED = "backbones";

  private final BackboneRule rule;
  private final Map<String, Backbone> known;
  private final TopologyMetrics metrics;

  /** Layers with sums that were not looked at since they changed. */
  private final Set<String> changed = new TreeSet<>();

  /** Layers of which the topic did not hold the last version when the application started. */
  private final Set<String> untold = new TreeSet<>();

  private KeyValueStore<String, NeuronSums> sums;
  private KeyValueStore<String, Backbone> published;

  /**
   * @param known what the topic held when the application started: versions go on from there, also
   *     where the stores are new
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() first
  FleetBackbone(BackboneRule rule, Map<String, Backbone> known, TopologyMetrics metrics) {
    this.rule = rule;
    this.known = known;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Backbone> context) {
    super.init(context);
    sums = context.getStateStore(SUMS);
    published = context.getStateStore(PUBLISHED);
    Entries.of(sums.all()).forEach(entry -> changed.add(entry.key));
    for (KeyValue<String, Backbone> last : Entries.of(published.all())) {
      Backbone read = known.get(last.key);
      if (read == null || read.getVersion() < last.value.getVersion()) {
        untold.add(last.key);
      }
    }
    context.schedule(rule.partials(), PunctuationType.WALL_CLOCK_TIME, this::publishDue);
  }

  @Override
  public void process(Record<String, NeuronSums> record) {
    NeuronSums partial = record.value();
    String key = NeuronSums.key(partial.model(), partial.layer());
    NeuronSums layer = sums.get(key);
    if (layer == null) {
      layer = NeuronSums.empty(partial.model(), partial.layer(), partial.neurons(), partial.at());
    }
    layer.merge(partial, rule.halfLifeMs());
    sums.put(key, layer);
    changed.add(key);
  }

  private void publishDue(long now) {
    tellAgain(now);
    for (String key : Set.copyOf(changed)) {
      NeuronSums layer = sums.get(key);
      Backbone last = lastOf(key);
      if (rule.isDue(last, now)) {
        changed.remove(key);
        if (layer != null && rule.hasMoved(layer, last)) {
          publish(key, layer, last, now);
        }
      }
    }
  }

  /** So that a topic that was lost holds again what is in force; else it is said twice. */
  private void tellAgain(long now) {
    untold.forEach(key -> context().forward(new Record<>(key, published.get(key), now)));
    untold.clear();
  }

  private void publish(String key, NeuronSums layer, @Nullable Backbone last, long now) {
    Levels means = layer.means();
    Backbone next =
        Backbone.newBuilder()
            .setModel(layer.model())
            .setLayer(layer.layer())
            .setVersion(last == null ? 1 : last.getVersion() + 1)
            .setRequests(layer.requests())
            .setScale(means.scale())
            .setLevels(means.bytes())
            .setComputedAt(Instant.ofEpochMilli(now))
            .build();
    published.put(key, next);
    metrics.backbonePublished();
    context().forward(new Record<>(key, next, now));
  }

  private @Nullable Backbone lastOf(String key) {
    Backbone stored = published.get(key);
    Backbone read = known.get(key);
    return stored == null || (read != null && read.getVersion() > stored.getVersion())
        ? read
        : stored;
  }
}
