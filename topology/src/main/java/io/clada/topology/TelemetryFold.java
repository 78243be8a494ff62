package io.clada.topology;

import io.clada.schemas.LoadTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stage 1: folds one partition's telemetry into a {@link Partial} per model and slice of event
 * time, and forwards these, keyed by model, on wall-clock time. A forwarded partial is removed in
 * the same transaction, so stage 2 merges each record exactly once and this store holds about a
 * second of traffic; what a crash leaves in it the next owner of the task forwards.
 *
 * <p>A record's event time is its timestamp, but never later than now: one from a clock that is
 * ahead must not close everyone's windows.
 */
final class TelemetryFold extends ContextualProcessor<String, LoadTelemetry, String, Partial> {
  static final String STORE = "partials";

  private final Duration interval;
  private final long slice;
  private KeyValueStore<String, Partial> partials;

  /**
   * @param interval between two forwards
   * @param slice length of the stretches of event time that are kept apart
   */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() first
  TelemetryFold(Duration interval, Duration slice) {
    this.interval = interval;
    this.slice = slice.toMillis();
  }

  @Override
  public void init(ProcessorContext<String, Partial> context) {
    super.init(context);
    partials = context.getStateStore(STORE);
    context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> forwardAll());
  }

  @Override
  public void process(Record<String, LoadTelemetry> record) {
    LoadTelemetry telemetry = TelemetryRules.checked(record.value());
    long at = Math.min(record.timestamp(), context().currentSystemTimeMs());
    long start = SliceKey.floor(at, slice);
    String key = SliceKey.of(telemetry.getModel(), start);
    Partial partial = partials.get(key);
    if (partial == null) {
      partial = Partial.empty(telemetry.getModel(), start, context().taskId().partition());
    }
    partial.add(telemetry, at);
    partials.put(key, partial);
  }

  private void forwardAll() {
    List<Partial> dirty = new ArrayList<>();
    try (KeyValueIterator<String, Partial> all = partials.all()) {
      all.forEachRemaining(entry -> dirty.add(entry.value));
    }
    for (Partial partial : dirty) {
      context().forward(new Record<>(partial.model(), partial, partial.latest()));
      partials.delete(SliceKey.of(partial.model(), partial.start()));
    }
  }
}
