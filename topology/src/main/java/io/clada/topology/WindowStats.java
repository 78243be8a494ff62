package io.clada.topology;

import io.clada.schemas.SparsityStats;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stage 2, statistics: merges partials into tumbling windows of event time and forwards each window
 * once, when {@link StreamClock event time} has passed its end by the grace period. What comes
 * later is counted in {@code late_records} of the windows after it, and in nothing else. A closed
 * window is merged into a longer one, which is therefore exactly the sum of its parts, and is
 * forwarded with the last of them.
 *
 * <p>The stores hold the open windows, the last closed ones, and one {@link Progress} per model
 * ever seen.
 */
final class WindowStats extends ContextualProcessor<String, ModelUpdate, String, SparsityStats> {
  static final String WINDOWS = "windows";
  static final String LONG_WINDOWS = "long-windows";
  static final String CLOSED = "closed";
  static final String PROGRESS = "progress";

  private final WindowRule rule;
  private final TopologyMetrics metrics;
  private final long grace;
  private OpenWindows windows;
  private OpenWindows longWindows;
  private KeyValueStore<String, SparsityStats> closed;
  private KeyValueStore<String, Progress> progress;
  private StreamClock clock;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() first
  WindowStats(WindowRule rule, TopologyMetrics metrics) {
    this.rule = rule;
    this.metrics = metrics;
    this.grace = rule.grace().toMillis();
  }

  @Override
  public void init(ProcessorContext<String, SparsityStats> context) {
    super.init(context);
    int maxTenants = rule.breakdown().maxTenants();
    windows = new OpenWindows(context.getStateStore(WINDOWS), rule.window().toMillis(), maxTenants);
    longWindows =
        new OpenWindows(
            context.getStateStore(LONG_WINDOWS), rule.longWindow().toMillis(), maxTenants);
    closed = context.getStateStore(CLOSED);
    progress = context.getStateStore(PROGRESS);
    clock = new StreamClock(grace, context.currentSystemTimeMs());
    context.schedule(WindowRule.CHECK, PunctuationType.WALL_CLOCK_TIME, this::closeDue);
  }

  @Override
  public void process(Record<String, ModelUpdate> record) {
    if (!(record.value() instanceof Partial partial)) {
      return;
    }
    Progress before = progressOf(partial.model());
    boolean late = windows.endOf(partial.start()) <= before.closedUntil();
    if (partial.scope().isAll()) {
      progress.put(partial.model(), heard(before, partial, late));
    }
    if (!late) {
      windows.merge(partial);
    }
  }

  private Progress heard(Progress before, Partial partial, boolean late) {
    clock.heard(partial.model(), partial.partition(), context().currentSystemTimeMs());
    Progress after = before.seen(partial.partition(), partial.latest());
    if (late) {
      long records = partial.sums().count(Quantity.RECORDS);
      metrics.late(records);
      return after.late(records);
    }
    return after;
  }

  private void closeDue(long now) {
    if (!clock.isSettled(now)) {
      return;
    }
    for (KeyValue<String, Progress> entry : Entries.of(progress.all())) {
      long settled = clock.time(entry.key, entry.value, now) - grace;
      long until = SliceKey.floor(settled, rule.window().toMillis());
      if (until > entry.value.closedUntil()) {
        progress.put(entry.key, entry.value.closed(until));
        close(entry.key, until);
      }
    }
  }

  private void close(String model, long until) {
    for (Partial window : windows.close(model, until)) {
      publish(window, windows.endOf(window.start()));
      longWindows.merge(window);
    }
    for (Partial window : longWindows.close(model, until)) {
      publish(window, longWindows.endOf(window.start()));
    }
    for (KeyValue<String, SparsityStats> entry :
        Entries.of(closed.range(SliceKey.first(model), SliceKey.end(model)))) {
      long start = entry.value.getWindowStart().toEpochMilli();
      long end = entry.value.getWindowEnd().toEpochMilli();
      if (end + 2 * (end - start) < until) {
        closed.delete(entry.key); // a tenant or a mode of which nothing comes any more
      }
    }
  }

  private void publish(Partial window, long end) {
    SparsityStats stats = StatsReport.of(window, end, progressOf(window.model()).lateRecords());
    closed.put(SliceKey.of(window.scope(), end - window.start()), stats);
    metrics.windowClosed();
    context().forward(new Record<>(window.model(), stats, window.start()));
  }

  private Progress progressOf(String model) {
    Progress known = progress.get(model);
    return known == null ? Progress.NONE : known;
  }
}
