package io.clada.topology;

import io.clada.schemas.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stage 2, thresholds: merges partials into slices of event time, and on wall-clock time computes
 * each model's thresholds over the slices of the last horizon, by {@link ThresholdRule}. Slices
 * that have left the horizon are dropped, and so is traffic that is older on arrival (the
 * statistics still count it): a backlog says nothing about now.
 *
 * <p>The stores hold a horizon of slices and the last thresholds of each model ever seen.
 */
final class FleetThresholds extends ContextualProcessor<String, Partial, String, Thresholds> {
  static final String SLICES = "slices";
  static final String PUBLISHED = "published";

  private final Duration interval;
  private final long slice;
  private final long horizon;
  private final ThresholdRule rule;
  private KeyValueStore<String, Partial> slices;
  private KeyValueStore<String, Thresholds> published;

  /**
   * @param interval between two looks at the slices
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() first
  FleetThresholds(Duration interval, Duration slice, Duration horizon, ThresholdRule rule) {
    this.interval = interval;
    this.slice = slice.toMillis();
    this.horizon = horizon.toMillis();
    this.rule = rule;
  }

  @Override
  public void init(ProcessorContext<String, Thresholds> context) {
    super.init(context);
    slices = context.getStateStore(SLICES);
    published = context.getStateStore(PUBLISHED);
    context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, this::publish);
  }

  @Override
  public void process(Record<String, Partial> record) {
    Partial partial = record.value();
    if (hasLeft(partial, context().currentSystemTimeMs())) {
      return;
    }
    String key = SliceKey.of(partial.model(), partial.start());
    Partial known = slices.get(key);
    if (known == null) {
      known = Partial.empty(partial.model(), partial.start(), Partial.ANY_PARTITION);
    }
    known.merge(partial);
    slices.put(key, known);
  }

  private void publish(long now) {
    recentByModel(now)
        .forEach(
            (model, recent) ->
                rule.next(model, published.get(model), recent.surprisal(), recent.entropy(), now)
                    .ifPresent(
                        thresholds -> {
                          published.put(model, thresholds);
                          context().forward(new Record<>(model, thresholds, now));
                        }));
  }

  private Map<String, Partial> recentByModel(long now) {
    Map<String, Partial> recent = new TreeMap<>();
    List<String> gone = new ArrayList<>();
    try (KeyValueIterator<String, Partial> all = slices.all()) {
      all.forEachRemaining(
          entry -> {
            if (hasLeft(entry.value, now)) {
              gone.add(entry.key);
            } else {
              recent.merge(entry.value.model(), entry.value, FleetThresholds::merged);
            }
          });
    }
    gone.forEach(slices::delete);
    return recent;
  }

  private static Partial merged(Partial one, Partial other) {
    one.merge(other);
    return one;
  }

  private boolean hasLeft(Partial partial, long now) {
    return partial.start() + slice <= now - horizon;
  }
}
