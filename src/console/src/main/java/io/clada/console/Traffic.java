package io.clada.console;

import io.clada.client.FleetFeed;
import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.SparsityStats;
import io.clada.schemas.Thresholds;
import io.clada.schemas.TokenEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The last two minutes of all traffic, second by second and model by model, in bounded memory: at
 * most {@value #MOST_MODELS} models are told apart, those seen first. A second that changes after
 * it was told of, as when records come late, is told of again.
 *
 * <p>Safe for use by several threads.
 */
final class Traffic implements FleetFeed.Listener {
  static final Duration PAST = Duration.ofMinutes(2);
  static final Duration STATISTICS_PAST = Duration.ofHours(1);
  private static final int MOST_MODELS = 16;
  private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();

  /** One second, by model. One without traffic is told of too: a missing one was lost. */
  record Frame(long second, Map<String, Second.Frame> models) {}

  /** What is in force for a model. */
  record InForce(double surprisal, double entropy, long version) {}

  /** The last whole minute, as the aggregation has it. */
  record Minute(
      long end,
      long requests,
      long tokens,
      float tokensPerSecond,
      float weightsRead,
      float activeNeurons,
      float firstTokenP50,
      float firstTokenP99,
      float perTokenP50,
      float perTokenP99) {}

  /**
   * What the page is told.
   *
   * @param now the second that is not over yet
   * @param trouble why the traffic can't be read; null: it can
   */
  record Update(
      long now,
      List<Frame> frames,
      Map<String, InForce> thresholds,
      Map<String, Minute> minutes,
      @Nullable String trouble) {}

  private final Clock clock;
  private final NavigableMap<Long, Map<String, Second>> seconds = new TreeMap<>();
  private final TreeSet<Long> changed = new TreeSet<>();
  private final Map<String, InForce> thresholds = new HashMap<>();
  private final Map<String, Minute> minutes = new HashMap<>();
  private final Collection<String> models = new TreeSet<>();
  private @Nullable String trouble;

  Traffic(Clock clock) {
    this.clock = clock;
    long now = now();
    for (long second = now - PAST.toSeconds(); second < now; second++) {
      seconds.put(second, new HashMap<>());
    }
  }

  @Override
  public synchronized void token(TokenEvent event, Instant written) {
    Second second = second(event.getModel(), written);
    if (second != null) {
      second.add(event);
    }
  }

  @Override
  public synchronized void telemetry(LoadTelemetry window, Instant written) {
    Second second = second(window.getModel(), written);
    if (second != null) {
      second.add(window);
    }
  }

  @Override
  public synchronized void statistics(SparsityStats window) {
    long length = window.getWindowEnd().toEpochMilli() - window.getWindowStart().toEpochMilli();
    boolean ofAll = window.getMode() == null && window.getTenant() == null;
    if (length == MINUTE_MS && ofAll && isKnown(window.getModel())) {
      minutes.put(
          window.getModel(),
          new Minute(
              window.getWindowEnd().getEpochSecond(),
              window.getRequests(),
              window.getTokens(),
              window.getFleetTokensPerSecond(),
              window.getWeightsReadRatio(),
              window.getActiveNeuronRatio(),
              window.getTimeToFirstTokenSeconds().getP50(),
              window.getTimeToFirstTokenSeconds().getP99(),
              window.getTimePerOutputTokenSeconds().getP50(),
              window.getTimePerOutputTokenSeconds().getP99()));
    }
  }

  @Override
  public synchronized void thresholds(Thresholds latest) {
    if (isKnown(latest.getModel())) {
      thresholds.put(
          latest.getModel(),
          new InForce(latest.getSurprisal(), latest.getEntropy(), latest.getVersion()));
    }
  }

  @Override
  public synchronized void checked(@Nullable String reason) {
    trouble = reason;
  }

  /** All there is, for a page that opens. */
  synchronized Update whole() {
    long now = now();
    return update(now, seconds.headMap(now).keySet());
  }

  /** What has changed since it was last asked for. */
  synchronized Update news() {
    long now = now();
    for (long second = seconds.lastKey() + 1; second < now; second++) {
      seconds.put(second, new HashMap<>());
      changed.add(second);
    }
    seconds.headMap(now - PAST.toSeconds()).clear();
    changed.retainAll(seconds.keySet());
    Collection<Long> over = changed.headSet(now);
    Update news = update(now, over);
    over.clear();
    return news;
  }

  private Update update(long now, Collection<Long> which) {
    List<Frame> frames = new ArrayList<>();
    for (Long second : which) {
      Map<String, Second.Frame> byModel = new HashMap<>();
      seconds.getOrDefault(second, Map.of()).forEach((name, of) -> byModel.put(name, of.frame()));
      frames.add(new Frame(second, byModel));
    }
    return new Update(now, frames, Map.copyOf(thresholds), Map.copyOf(minutes), trouble);
  }

  /** Null where it is not shown: too long ago, or one model too many. */
  private @Nullable Second second(String model, Instant written) {
    long second = written.getEpochSecond();
    if (second < now() - PAST.toSeconds() || second > now() + 1 || !isKnown(model)) {
      return null;
    }
    changed.add(second);
    return seconds
        .computeIfAbsent(second, s -> new HashMap<>())
        .computeIfAbsent(model, name -> new Second());
  }

  private boolean isKnown(String model) {
    if (!models.contains(model) && models.size() < MOST_MODELS && !model.isEmpty()) {
      models.add(model);
    }
    return models.contains(model);
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
