package io.clada.topology;

import io.clada.schemas.SparsityStats;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Stage 2, statistics: merges partials into tumbling windows of event time and forwards each window
 * once, when {@link StreamClock event time} has passed its end by the grace period. What comes
 * later is counted in {@code late_records} of the windows after it, and in nothing else.
 *
 * <p>The stores hold the open windows, and one {@link Progress} per model ever seen.
 */
final class WindowStats extends ContextualProcessor<String, Partial, String, SparsityStats> {
  static final String WINDOWS = "windows";
  static final String PROGRESS = "progress";
  private static final Duration CHECK = Duration.ofSeconds(1);

  private final long window;
  private final long grace;
  private KeyValueStore<String, Partial> windows;
  private KeyValueStore<String, Progress> progress;
  private StreamClock clock;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init() first
  WindowStats(Duration window, Duration grace) {
    this.window = window.toMillis();
    this.grace = grace.toMillis();
  }

  @Override
  public void init(ProcessorContext<String, SparsityStats> context) {
    super.init(context);
    windows = context.getStateStore(WINDOWS);
    progress = context.getStateStore(PROGRESS);
    clock = new StreamClock(grace, context.currentSystemTimeMs());
    context.schedule(CHECK, PunctuationType.WALL_CLOCK_TIME, this::closeDue);
  }

  @Override
  public void process(Record<String, Partial> record) {
    Partial partial = record.value();
    String model = partial.model();
    clock.heard(model, partial.partition(), context().currentSystemTimeMs());
    Progress before = progressOf(model);
    Progress after = before.seen(partial.partition(), partial.latest());
    long start = SliceKey.floor(partial.start(), window);
    if (start + window <= before.closedUntil()) {
      after = after.late(partial.counts().records());
    } else {
      merge(model, start, partial);
    }
    progress.put(model, after);
  }

  private void merge(String model, long start, Partial partial) {
    String key = SliceKey.of(model, start);
    Partial open = windows.get(key);
    if (open == null) {
      open = Partial.empty(model, start, Partial.ANY_PARTITION);
    }
    open.merge(partial);
    windows.put(key, open);
  }

  private void closeDue(long now) {
    if (!clock.isSettled(now)) {
      return;
    }
    for (KeyValue<String, Progress> entry : all(progress)) {
      long until = SliceKey.floor(clock.time(entry.key, entry.value, now) - grace, window);
      if (until > entry.value.closedUntil()) {
        progress.put(entry.key, entry.value.closed(until));
      }
    }
    for (KeyValue<String, Partial> entry : all(windows)) {
      Partial open = entry.value;
      Progress model = progressOf(open.model());
      if (open.start() + window <= model.closedUntil()) {
        windows.delete(entry.key);
        SparsityStats stats = StatsReport.of(open, open.start() + window, model.lateRecords());
        context().forward(new Record<>(open.model(), stats, open.start()));
      }
    }
  }

  private Progress progressOf(String model) {
    Progress known = progress.get(model);
    return known == null ? Progress.NONE : known;
  }

  private static <V> List<KeyValue<String, V>> all(KeyValueStore<String, V> store) {
    List<KeyValue<String, V>> entries = new ArrayList<>();
    try (KeyValueIterator<String, V> all = store.all()) {
      all.forEachRemaining(entries::add);
    }
    return entries;
  }
}
