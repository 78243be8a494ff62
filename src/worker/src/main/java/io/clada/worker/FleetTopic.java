package io.clada.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a topic of what the fleet learned from its beginning, on a thread of its own. Not a
 * global store of Kafka Streams: there a record that cannot be read stops every worker. Here it is
 * logged, counted and skipped, and while the broker or the topic is away what was read last stays
 * in force.
 */
final class FleetTopic<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FleetTopic.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final long MIN_BACKOFF_MS = 200;
  private static final long MAX_BACKOFF_MS = 10_000;
  private static final long CLOSE_MS = 5_000;

  private final Map<String, Object> consumerConfig;
  private final String topic;
  private final Deserializer<T> deserializer;
  private final Taker<T> taker;
  private final Counter skipped;
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private long backoffMs = MIN_BACKOFF_MS;
  private volatile @Nullable Consumer<byte[], byte[]> consumer;

  /** Whom the records are for. */
  interface Taker<T> {
    /**
     * Takes a record.
     *
     * @throws RuntimeException if it makes no sense
     */
    void take(String key, T value);
  }

  /**
   * @param consumerConfig where the brokers are and how to speak to them; no group is joined
   */
  FleetTopic(
      Map<String, Object> consumerConfig,
      String topic,
      Deserializer<T> deserializer,
      Taker<T> taker,
      MeterRegistry registry) {
    this.consumerConfig = new HashMap<>(consumerConfig);
    this.consumerConfig.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    this.consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    this.consumerConfig.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    this.consumerConfig.remove(ConsumerConfig.GROUP_ID_CONFIG);
    this.consumerConfig.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    this.topic = topic;
    this.deserializer = deserializer;
    this.taker = taker;
    skipped =
        Counter.builder("clada.fleet.records.skipped")
            .description("Records of the fleet's topics that could not be read or made no sense")
            .tag("topic", topic)
            .register(registry);
    thread = new Thread(this::run, "clada-" + topic);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /** Waits until what was there at the start is read, but no longer than this. */
  void awaitCaughtUp(Duration atMost) throws InterruptedException {
    if (!caughtUp.await(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      LOG.warn("{} is not read to its end yet: requests begin with what is known", topic);
    }
  }

  @Override
  public void close() {
    closing.countDown();
    Consumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(CLOSE_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (open()) {
      try (Consumer<byte[], byte[]> current =
          new KafkaConsumer<>(
              consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        consumer = current;
        follow(current);
      } catch (WakeupException e) {
        // closing
      } catch (RuntimeException e) {
        LOG.warn("{} cannot be read, next try in {} ms: {}", topic, backoffMs, e.toString());
        backOff();
      } finally {
        consumer = null;
      }
    }
  }

  private void follow(Consumer<byte[], byte[]> current) {
    List<TopicPartition> partitions =
        current.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new IllegalStateException("the topic does not exist");
    }
    current.assign(partitions);
    current.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = current.endOffsets(partitions);
    backoffMs = MIN_BACKOFF_MS;
    while (open()) {
      for (ConsumerRecord<byte[], byte[]> record : current.poll(POLL)) {
        read(record);
      }
      if (caughtUp.getCount() > 0
          && partitions.stream().allMatch(p -> current.position(p) >= ends.getOrDefault(p, 0L))) {
        caughtUp.countDown();
      }
    }
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      String key = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
      taker.take(key, deserializer.deserialize(topic, record.headers(), record.value()));
    } catch (RuntimeException e) {
      skipped.increment();
      LOG.warn(
          "{}-{} offset {} is skipped: {}",
          topic,
          record.partition(),
          record.offset(),
          e.toString());
    }
  }

  private boolean open() {
    return closing.getCount() > 0;
  }

  private void backOff() {
    try {
      if (!closing.await(backoffMs, TimeUnit.MILLISECONDS)) {
        backoffMs = Math.min(2 * backoffMs, MAX_BACKOFF_MS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closing.countDown();
    }
  }
}
