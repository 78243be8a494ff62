package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Stage 1: folds one partition's telemetry into a {@link Partial} per scope and slice of event
 * time, and forwards these, keyed by model, on wall-clock time. The journal of what was folded is
 * emptied in the same transaction, so stage 2 merges each record exactly once, and the store holds
 * about a second of traffic; what a crash leaves in it the next owner of the task forwards.
 *
 * <p>A record's event time is its timestamp, but never later than now: one from a clock that is
 * ahead must not close everyone's windows.
 */
final class TelemetryFold extends ContextualProcessor<String, LoadTelemetry, String, ModelUpdate> {
  static final String STORE = "unfolded";

  /** Records after which partials are forwarded early, to bound the journal. */
  private static final int MOST = 10_000;

  private final Duration interval;
  private final long slice;
  private final Breakdown breakdown;
  private final TopologyMetrics metrics;
  private final Map<String, Partial> partials = new TreeMap<>();
  private Journal<LoadTelemetry> journal;
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
    clear();
    journal = new Journal<>(context.getStateStore(STORE));
    journal.replay(this::fold);
    context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> forwardAll());
  }

  @Override
  public void process(Record<String, LoadTelemetry> record) {
    LoadTelemetry telemetry = TelemetryRules.checked(record.value());
    long at = Math.min(record.timestamp(), context().currentSystemTimeMs());
    journal.add(at, telemetry);
    fold(at, telemetry);
    metrics.folded();
    if (journal.size() >= MOST) {
      forwardAll();
    }
  }

  private void fold(long at, LoadTelemetry telemetry) {
    long start = SliceKey.floor(at, slice);
    for (Scope of : breakdown.of(telemetry)) {
      Scope scope = tenants.admit(of, start);
      partials
          .computeIfAbsent(
              SliceKey.of(scope, start),
              any -> Partial.empty(scope, start, context().taskId().partition()))
          .add(telemetry, at);
    }
  }

  private void forwardAll() {
    for (Partial partial : partials.values()) {
      context().forward(new Record<>(partial.model(), partial, partial.latest()));
    }
    journal.clear();
    clear();
  }

  private void clear() {
    partials.clear();
    tenants = new TenantLimit(breakdown.maxTenants(), List.of());
  }
}
