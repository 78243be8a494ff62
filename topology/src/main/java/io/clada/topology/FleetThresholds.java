package io.clada.topology;

import io.clada.schemas.Thresholds;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Stage 2, thresholds: keeps the traffic of a {@link SliceHorizon}, and on wall-clock time computes
 * each model's thresholds from it by {@link ThresholdRule} and its keep-ratio offset by {@link
 * KeepRatioRule}. An operator's order is obeyed at once, and the traffic before it forgotten, so
 * that a bad minute does not bring back what the order undid.
 *
 * <p>The stores hold a horizon of slices, and the last thresholds and the controller's memory of
 * each model ever seen.
 */
final class FleetThresholds extends ContextualProcessor<String, ModelUpdate, String, Thresholds> {
  static final String SLICES = "slices";
  static final String PUBLISHED = "published";
  static final String KEEP_RATIOS = "keep-ratios";

  private final HorizonRule rule;
  private final Map<String, Thresholds> known;
  private final TopologyMetrics metrics;

  /** Models of which the topic did not hold the last version when the application started. */
  private final Set<String> untold = new TreeSet<>();

  private final Set<String> shown = new TreeSet<>();
  private SliceHorizon horizon;
  private KeyValueStore<String, Thresholds> published;
  private KeyValueStore<String, KeepRatio> keepRatios;

  /**
   * @param known what the topic held when the application started: versions go on from there, also
   *     where the stores are new
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() first
  FleetThresholds(HorizonRule rule, Map<String, Thresholds> known, TopologyMetrics metrics) {
    this.rule = rule;
    this.known = known;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Thresholds> context) {
    super.init(context);
    horizon = new SliceHorizon(context.getStateStore(SLICES), rule.slice(), rule.horizon());
    published = context.getStateStore(PUBLISHED);
    keepRatios = context.getStateStore(KEEP_RATIOS);
    for (Thresholds last : Entries.values(published.all())) {
      show(last);
      Thresholds read = known.get(last.getModel());
      if (read == null || read.getVersion() < last.getVersion()) {
        untold.add(last.getModel());
      }
    }
    context.schedule(rule.interval(), PunctuationType.WALL_CLOCK_TIME, this::adapt);
  }

  @Override
  public void process(Record<String, ModelUpdate> record) {
    long now = context().currentSystemTimeMs();
    if (record.value() instanceof Order order) {
      obey(order, now);
    } else if (record.value() instanceof Partial partial && partial.scope().isAll()) {
      horizon.add(partial, now);
    }
  }

  private void obey(Order order, long now) {
    Thresholds last = lastOf(order.model());
    if (last == null) {
      last = rule.thresholds().first(order.model(), now);
    }
    if (order.orderedAt() > last.getOrderedAt().toEpochMilli()) {
      horizon.forget(order.model());
      publish(ThresholdVersions.ordered(last, order), now);
    }
  }

  private void adapt(long now) {
    tellAgain(now);
    horizon
        .byModel(now)
        .forEach(
            (model, recent) -> {
              Thresholds last = lastOf(model);
              if (last == null) {
                last = publish(rule.thresholds().first(model, now), now);
              }
              last =
                  rule.thresholds()
                      .next(last, recent.horizon(), now)
                      .map(next -> publish(next, now))
                      .orElse(last);
              adaptKeepRatio(last, Pressure.of(recent.lately()), now);
            });
  }

  /** So that a topic that was lost holds again what is in force; else it is said twice. */
  private void tellAgain(long now) {
    untold.forEach(model -> context().forward(new Record<>(model, published.get(model), now)));
    untold.clear();
  }

  private void adaptKeepRatio(Thresholds last, Pressure pressure, long now) {
    String model = last.getModel();
    KeepRatio before = keepRatios.get(model);
    if (before == null) {
      before = KeepRatio.start(last.getKeepRatioOffset());
    }
    Duration settle = rule.slice().multipliedBy(3);
    KeepRatio after = rule.keepRatio().next(before, pressure, now, settle.toMillis());
    if (!after.equals(before)) {
      keepRatios.put(model, after);
    }
    if ((float) after.offset() != last.getKeepRatioOffset()) {
      String reason = rule.keepRatio().reason(before, after, pressure);
      publish(ThresholdVersions.keepRatio(last, after.offset(), reason), now);
    }
  }

  private Thresholds publish(Thresholds next, long now) {
    published.put(next.getModel(), next);
    show(next);
    context().forward(new Record<>(next.getModel(), next, now));
    return next;
  }

  private void show(Thresholds last) {
    shown.add(last.getModel());
    metrics.thresholds(last);
  }

  /** Whoever has the partition next shows its models. */
  @Override
  public void close() {
    shown.forEach(metrics::forget);
  }

  private @Nullable Thresholds lastOf(String model) {
    Thresholds stored = published.get(model);
    Thresholds read = known.get(model);
    return stored == null || (read != null && read.getVersion() > stored.getVersion())
        ? read
        : stored;
  }
}
