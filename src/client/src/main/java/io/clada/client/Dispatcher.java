package io.clada.client;

import io.clada.schemas.TokenEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topic of tokens for all streams of a client, on one thread with one consumer, and only
 * the partitions that someone follows. A consumer that fails is replaced, after a wait, by one that
 * goes on where it was.
 */
final class Dispatcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final long IDLE_MILLIS = 1000;

  private final Supplier<Consumer<String, byte[]>> consumers;
  private final Deserializer<TokenEvent> values;
  private final String topic;
  private final LogEnds logEnds;
  private final @Nullable TelemetryTap telemetry;
  private final long schemaPatienceNanos;
  private final BlockingQueue<Runnable> commands = new LinkedBlockingQueue<>();
  private final Map<TopicPartition, Feed> feeds = new HashMap<>();
  private final Map<String, TopicPartition> places = new HashMap<>();
  private final Backoff backoff = new Backoff();
  private final Thread thread = new Thread(this::run, "clada-client");
  private volatile Consumer<String, byte[]> consumer;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile boolean closed;

  /**
   * Starts the thread.
   *
   * @param logEnds is closed with it
   * @param schemaPatience how long an event may have no schema to read it with
   */
  Dispatcher(
      Supplier<Consumer<String, byte[]>> consumers,
      LogEnds logEnds,
      Deserializer<TokenEvent> values,
      String topic,
      @Nullable TelemetryTap telemetry,
      Duration schemaPatience) {
    this.consumers = consumers;
    this.logEnds = logEnds;
    this.values = values;
    this.topic = topic;
    this.telemetry = telemetry;
    schemaPatienceNanos = schemaPatience.toNanos();
    consumer = consumers.get();
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Follows requests from now on.
   *
   * @return from where each is read; a request that is posted afterwards is read from its first
   *     token
   */
  CompletableFuture<List<Bookmark>> follow(Collection<String> ids, Mailbox mailbox) {
    return logEnds.of(ids).thenCompose(ends -> ask(() -> followFromEnd(ids, ends, mailbox)));
  }

  /** Follows requests from where others stopped reading. */
  CompletableFuture<List<Bookmark>> resume(Collection<Bookmark> bookmarks, Mailbox mailbox) {
    if (telemetry == null) {
      return ask(() -> followFrom(bookmarks, Map.of(), mailbox));
    }
    return logEnds
        .of(bookmarks.stream().map(Bookmark::id).toList())
        .thenCompose(ends -> ask(() -> followFrom(bookmarks, ends.offsets(), mailbox)));
  }

  /** Returns before it is done. */
  void forget(Collection<String> ids) {
    tell(() -> drop(ids));
  }

  /** Has the thread look again for what it could not deliver. */
  void look() {
    tell(() -> {});
  }

  private <T> CompletableFuture<T> ask(Supplier<T> command) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    tell(
        () -> {
          try {
            answer.complete(command.get());
          } catch (RuntimeException e) {
            answer.completeExceptionally(e);
          }
        });
    if (closed) {
      answer.completeExceptionally(new ClientException("the client is closed"));
    }
    return answer;
  }

  private void tell(Runnable command) {
    commands.add(command);
    consumer.wakeup();
  }

  /** What was read by now was written before now, and so is not meant for it. */
  private List<Bookmark> followFromEnd(Collection<String> ids, LogEnds.Ends ends, Mailbox mailbox) {
    List<Bookmark> bookmarks = new ArrayList<>();
    for (String id : ids) {
      TopicPartition partition = Partitions.of(topic, id, ends.partitions());
      long end = ends.offsets().getOrDefault(partition, 0L);
      Feed feed = feeds.get(partition);
      long from = feed == null ? end : Math.max(end, feed.next());
      bookmarks.add(new Bookmark(id, partition.partition(), from, 0));
    }
    return followFrom(bookmarks, ends.offsets(), mailbox);
  }

  private List<Bookmark> followFrom(
      Collection<Bookmark> bookmarks, Map<TopicPartition, Long> ends, Mailbox mailbox) {
    for (Bookmark bookmark : bookmarks) {
      if (places.containsKey(bookmark.id())) {
        throw new ClientException("request " + bookmark.id() + " is followed already");
      }
    }
    for (Bookmark bookmark : bookmarks) {
      TopicPartition partition = new TopicPartition(topic, bookmark.partition());
      Feed feed = feeds.computeIfAbsent(partition, p -> new Feed(bookmark.offset()));
      feed.add(new Subscription(bookmark.id(), bookmark.offset(), mailbox, values));
      places.put(bookmark.id(), partition);
    }
    assign(ends);
    return List.copyOf(bookmarks);
  }

  private void drop(Collection<String> ids) {
    boolean changed = false;
    for (String id : ids) {
      TopicPartition partition = places.remove(id);
      Feed feed = partition == null ? null : feeds.get(partition);
      if (feed != null) {
        feed.remove(id);
        changed = true;
      }
    }
    if (changed) {
      assign(Map.of());
    }
  }

  /**
   * Tells the consumer what to read and from where.
   *
   * @param ends from where telemetry is heard that was not before; else it is from when the
   *     consumer gets round to it
   */
  private void assign(Map<TopicPartition, Long> ends) {
    feeds.values().removeIf(Feed::isUnused);
    List<TopicPartition> partitions = new ArrayList<>(feeds.keySet());
    List<TopicPartition> tapped =
        telemetry == null ? List.of() : telemetry.partitions(feeds.keySet());
    partitions.addAll(tapped);
    Set<TopicPartition> before = consumer.assignment();
    consumer.assign(partitions);
    tapped.stream().filter(tap -> !before.contains(tap)).forEach(tap -> begin(tap, ends.get(tap)));
    feeds.forEach(this::steer);
  }

  private void begin(TopicPartition tap, @Nullable Long end) {
    if (end == null) {
      consumer.seekToEnd(List.of(tap));
    } else {
      consumer.seek(tap, end);
    }
  }

  /** Has the consumer read on where the feed is, if anybody wants it. */
  private void steer(TopicPartition partition, Feed feed) {
    if (feed.mustSeek()) {
      consumer.seek(partition, feed.next());
    }
    boolean paused = consumer.paused().contains(partition);
    if (feed.isBlocked() && !paused) {
      consumer.pause(List.of(partition));
    } else if (!feed.isBlocked() && paused) {
      consumer.resume(List.of(partition));
    }
  }

  private void run() {
    try {
      while (!closed) {
        turn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("The client's thread died", e);
      failAll("the client's thread died: " + e, e);
    } finally {
      closed = true;
      failAll("the client was closed", null);
      consumer.close();
      commands.forEach(Runnable::run); // each finds the consumer closed, and tells its caller
    }
  }

  private void turn() throws InterruptedException {
    try {
      obey(feeds.isEmpty() ? IDLE_MILLIS : 0);
      catchUp();
      if (!feeds.isEmpty()) {
        deliver(consumer.poll(POLL));
        backoff.reset();
      }
    } catch (WakeupException e) {
      // there are commands
    } catch (InvalidOffsetException e) {
      failLost(e);
    } catch (AuthenticationException | AuthorizationException e) {
      log.error("Tokens can't be read", e);
      failAll("tokens can't be read: " + e.getMessage(), e);
      replaceConsumer();
    } catch (KafkaException e) {
      log.warn("The consumer of tokens failed and is replaced", e);
      replaceConsumer();
    }
  }

  private void obey(long waitMillis) throws InterruptedException {
    Runnable command = commands.poll(waitMillis, TimeUnit.MILLISECONDS);
    while (command != null) {
      command.run();
      command = commands.poll();
    }
  }

  private void catchUp() {
    long now = System.nanoTime();
    feeds.forEach(
        (partition, feed) -> {
          feed.catchUp();
          feed.dropUnreadable(now, schemaPatienceNanos);
          steer(partition, feed);
        });
  }

  private void deliver(ConsumerRecords<String, byte[]> records) {
    long now = System.nanoTime();
    for (ConsumerRecord<String, byte[]> record : records) {
      Feed feed = feeds.get(new TopicPartition(record.topic(), record.partition()));
      if (feed != null) {
        feed.take(record, now);
      } else if (telemetry != null) {
        telemetry.take(record, places.keySet());
      }
    }
    feeds.forEach(this::steer);
  }

  /** What was to be read is gone: deleted for its age. */
  private void failLost(InvalidOffsetException e) {
    for (TopicPartition partition : e.partitions()) {
      Feed feed = feeds.get(partition);
      if (feed != null) {
        long missing = feed.next();
        for (Subscription subscription : feed.dropLost()) {
          places.remove(subscription.id());
          subscription.fail(
              new ClientException(
                  "request %s: %s no longer holds the tokens from offset %d on"
                      .formatted(subscription.id(), partition, missing),
                  e));
        }
      }
    }
    e.partitions().stream()
        .filter(partition -> !partition.topic().equals(topic))
        .forEach(tap -> begin(tap, null));
    assign(Map.of());
  }

  private void failAll(String reason, @Nullable Throwable cause) {
    for (Feed feed : feeds.values()) {
      for (Subscription subscription : feed.subscriptions()) {
        subscription.fail(
            cause == null ? new ClientException(reason) : new ClientException(reason, cause));
      }
    }
    feeds.clear();
    places.clear();
  }

  private void replaceConsumer() throws InterruptedException {
    consumer.close();
    while (!closing.await(backoff.nextMillis(), TimeUnit.MILLISECONDS)) {
      try {
        consumer = consumers.get();
        feeds.values().forEach(Feed::seekAgain);
        assign(Map.of());
        return;
      } catch (KafkaException e) {
        log.warn("No consumer of tokens could be made", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    closing.countDown();
    logEnds.close();
    consumer.wakeup();
    Threads.awaitEnd(thread);
  }
}
