package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stage 1: folds one partition's telemetry into a {@link Partial} per scope and slice of event
 * time, and forwards these, keyed by model, on wall-clock time. A forwarded partial is removed in
 * the same transaction, so stage 2 merges each record exactly once and this store holds about a
 * second of traffic; what a crash leaves in it the next owner of the task forwards.
 *
 * <p>A record's event time is its timestamp, but never later than now: one from a clock that is
 * ahead must not close everyone's windows.
 */
final class TelemetryFold extends ContextualProcessor<String, LoadTelemetry, String, ModelUpdate> {
  static final String STORE = "partials";

  private final Duration interval;
  private final long slice;
  private final Breakdown breakdown;
  private final TopologyMetrics metrics;
  private KeyValueStore<String, Partial> partials;
  private TenantLimit tenants;

  /**
   * @param interval between two forwards
   * @param slice length of the stretches of event time that are kept apart
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() first
  TelemetryFold(Duration interval, Duration slice, Breakdown breakdown, TopologyMetrics metrics) {
    this.interval = interval;
    this.slice = slice.toMillis();
    this.breakdown = breakdown;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, ModelUpdate> context) {
    super.init(context);
    partials = context.getStateStore(STORE);
    tenants = new TenantLimit(breakdown.maxTenants(), Entries.values(partials.all()));
    context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> forwardAll());
  }

  @Override
  public void process(Record<String, LoadTelemetry> record) {
    LoadTelemetry telemetry = TelemetryRules.checked(record.value());
    long at = Math.min(record.timestamp(), context().currentSystemTimeMs());
    long start = SliceKey.floor(at, slice);
    for (Scope scope : breakdown.of(telemetry)) {
      add(tenants.admit(scope, start), start, telemetry, at);
    }
    metrics.folded();
  }

  private void add(Scope scope, long start, LoadTelemetry telemetry, long at) {
    String key = SliceKey.of(scope, start);
    Partial partial = partials.get(key);
    if (partial == null) {
      partial = Partial.empty(scope, start, context().taskId().partition());
    }
    partial.add(telemetry, at);
    partials.put(key, partial);
  }

  private void forwardAll() {
    for (Partial partial : Entries.values(partials.all())) {
      context().forward(new Record<>(partial.model(), partial, partial.latest()));
      partials.delete(SliceKey.of(partial.scope(), partial.start()));
      tenants.forget(partial.model(), partial.start());
    }
  }
}
