package io.clada.console;

import io.clada.client.FleetFeed;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pages that watch all traffic, and the one feed that is read for them all: from the first
 * page's opening until a while after the last one's closing. Every second each is sent what is new;
 * it is the stream's heartbeat as well.
 */
final class Viewers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Viewers.class);
  private static final Duration LINGER = Duration.ofMinutes(1);
  private static final String EVENT = "traffic";

  private final Map<String, ?> kafka;
  private final int most;
  private final List<Viewer> viewers = new ArrayList<>();
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(Viewers::daemon);
  private @Nullable Traffic traffic;
  private @Nullable FleetFeed feed;
  private long lastSeenNanos;
  private boolean closed;

  Viewers(Map<String, ?> kafka, int most) {
    this.kafka = kafka;
    this.most = most;
    var unused = ticker.scheduleAtFixedRate(this::tick, 1, 1, TimeUnit.SECONDS);
  }

  /**
   * False if there are too many, or it is closed.
   *
   * @throws KafkaException if a property of Kafka's is wrong
   */
  synchronized boolean admit(Viewer viewer) {
    viewers.removeIf(Viewer::isGone);
    if (closed || viewers.size() >= most) {
      return false;
    }
    Traffic watched = traffic;
    if (watched == null) {
      watched = new Traffic(Clock.systemUTC());
      feed = FleetFeed.open(kafka, Traffic.PAST, Traffic.STATISTICS_PAST, watched);
      traffic = watched;
    }
    viewers.add(viewer);
    viewer.send(Sse.event(EVENT, watched.whole()));
    return true;
  }

  private void tick() {
    try {
      sendNews();
    } catch (RuntimeException e) {
      LOG.error("Nothing could be sent to the pages that watch", e); // and would never be again
    }
  }

  private synchronized void sendNews() {
    if (traffic == null) {
      return;
    }
    viewers.removeIf(Viewer::isGone);
    long now = System.nanoTime();
    if (!viewers.isEmpty()) {
      lastSeenNanos = now;
      String news = Sse.event(EVENT, traffic.news());
      viewers.forEach(viewer -> viewer.send(news));
    } else if (now - lastSeenNanos > LINGER.toNanos()) {
      stopReading();
    }
  }

  private void stopReading() {
    if (feed != null) {
      feed.close();
    }
    feed = null;
    traffic = null;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "clada-console-ticker");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public synchronized void close() {
    closed = true;
    ticker.shutdownNow();
    viewers.forEach(Viewer::close);
    viewers.clear();
    stopReading();
  }
}
