package io.clada.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads whole topics on a thread of its own, and asks now and then whether brokers still answer,
 * which a consumer's poll does not tell. A consumer that fails is replaced, after a wait, by one
 * that goes on where it was.
 */
final class FeedReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FeedReader.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** Is told why the topics can't be read, or null when they can. */
  interface Health {
    void checked(@Nullable String trouble);
  }

  private final Supplier<Consumer<String, byte[]>> consumers;
  private final Map<String, FeedTopic<?>> topics;
  private final Health health;
  private final Map<TopicPartition, Long> next = new HashMap<>();
  private final Backoff backoff = new Backoff();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "clada-feed");
  private volatile Consumer<String, byte[]> consumer;

  /** Starts the thread. */
  FeedReader(
      Supplier<Consumer<String, byte[]>> consumers,
      Map<String, FeedTopic<?>> topics,
      Health health) {
    this.consumers = consumers;
    this.topics = topics;
    this.health = health;
    consumer = consumers.get();
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!isClosed()) {
        try {
          read();
        } catch (WakeupException e) {
          // closing
        } catch (KafkaException | ClientException e) {
          log.debug("The feed can't be read", e);
          health.checked(e instanceof TimeoutException ? "no broker answers" : e.getMessage());
          replaceConsumer();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      log.error("The feed's thread died", e);
      health.checked("the feed stopped: " + e);
    } finally {
      consumer.close();
    }
  }

  private boolean isClosed() {
    return closing.getCount() == 0;
  }

  private void read() {
    List<TopicPartition> partitions = partitions();
    consumer.assign(partitions);
    starts(partitions).forEach(consumer::seek);
    long checked = System.nanoTime() - CHECK_NANOS;
    while (!isClosed()) {
      if (System.nanoTime() - checked >= CHECK_NANOS) {
        consumer.endOffsets(partitions, ANSWER);
        health.checked(null);
        backoff.reset();
        checked = System.nanoTime();
      }
      for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
        next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        topic(record.topic()).take(record);
      }
    }
  }

  private List<TopicPartition> partitions() {
    return topics.keySet().stream()
        .flatMap(topic -> Partitions.all(consumer, topic, ANSWER).stream())
        .toList();
  }

  /** Where each is read from: on from where it was left, else from as far back as is wanted. */
  private Map<TopicPartition, Long> starts(List<TopicPartition> partitions) {
    Map<TopicPartition, Long> since = new HashMap<>();
    List<TopicPartition> whole = new ArrayList<>();
    for (TopicPartition partition : partitions) {
      Duration past = topic(partition.topic()).past();
      if (past == null) {
        whole.add(partition);
      } else {
        since.put(partition, System.currentTimeMillis() - past.toMillis());
      }
    }
    Map<TopicPartition, Long> starts = new HashMap<>(consumer.endOffsets(partitions, ANSWER));
    starts.putAll(consumer.beginningOffsets(whole, ANSWER));
    consumer
        .offsetsForTimes(since, ANSWER)
        .forEach(
            (partition, first) -> {
              if (first != null) { // else nothing was written since
                starts.put(partition, first.offset());
              }
            });
    starts.putAll(next);
    return starts;
  }

  private FeedTopic<?> topic(String name) {
    return Objects.requireNonNull(topics.get(name));
  }

  private void replaceConsumer() throws InterruptedException {
    consumer.close();
    while (!closing.await(backoff.nextMillis(), TimeUnit.MILLISECONDS)) {
      try {
        consumer = consumers.get();
        return;
      } catch (KafkaException e) {
        health.checked(e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    consumer.wakeup();
    Threads.awaitEnd(thread);
  }
}
