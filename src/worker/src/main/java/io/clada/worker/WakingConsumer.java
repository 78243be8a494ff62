package io.clada.worker;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A stream thread's consumer of requests, whose waiting ends when a commit is due or its bell is
 * rung, though no sooner than some time after the wait before: what engines make within that time
 * is taken together. Kafka Streams itself would only look every {@code poll.ms}; to give tokens
 * away in milliseconds it would have to wake hundreds of times a second, and every time that a task
 * has looked it commits, for nothing.
 *
 * <p>{@link KafkaConsumer#wakeup} ends whatever the consumer waits for next, if it comes too late
 * for the wait it was for. So what Kafka Streams calls besides is called again then.
 */
final class WakingConsumer extends KafkaConsumer<byte[], byte[]> {
  /** An engine's step makes a token for each of its sequences, one after another. */
  private static final Duration STEP = Duration.ofMillis(1);

  private final Bells bells;
  private final Commits commits;
  private final Duration interval;
  private long waitedNanos = System.nanoTime();

  /**
   * @param interval between the ends of two waits, where the second is ended by the bell or a
   *     commit
   */
  WakingConsumer(Map<String, Object> config, Bells bells, Commits commits, Duration interval) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.bells = bells;
    this.commits = commits;
    this.interval = interval;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration atMost) {
    Bell bell = bells.own();
    // A commit that is due is not made as long as the group rebalances.
    Duration most = least(atMost, most(commits.left(), interval));
    try {
      return located(bell.await(this::wakeup) ? untilRung(most) : super.poll(rest(most)));
    } catch (WakeupException e) {
      return ConsumerRecords.empty(); // it was for an earlier wait
    } finally {
      bell.answer();
      waitedNanos = System.nanoTime();
    }
  }

  private ConsumerRecords<byte[], byte[]> untilRung(Duration atMost) {
    try {
      return super.poll(atMost);
    } catch (WakeupException e) {
      return super.poll(rest(atMost));
    }
  }

  /**
   * Tells where reading stands in all partitions that are being read, where else only those are
   * named of which something came: so that a commit can {@linkplain Outputs#nameOffset name} it.
   */
  private ConsumerRecords<byte[], byte[]> located(ConsumerRecords<byte[], byte[]> records) {
    if (!records.isEmpty()) {
      return records;
    }
    Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>(records.nextOffsets());
    Set<TopicPartition> reading = new HashSet<>(assignment());
    reading.removeAll(paused());
    for (TopicPartition partition : reading) {
      try {
        long position = super.position(partition, Duration.ZERO);
        next.putIfAbsent(partition, new OffsetAndMetadata(position));
      } catch (TimeoutException e) {
        // not known yet
      }
    }
    return new ConsumerRecords<>(Map.of(), next);
  }

  private Duration rest(Duration atMost) {
    Duration left = interval.minusNanos(System.nanoTime() - waitedNanos);
    return least(atMost, most(left, STEP));
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration most(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
    return despiteBell(() -> super.committed(partitions));
  }

  @Override
  public long position(TopicPartition partition) {
    return despiteBell(() -> super.position(partition));
  }

  @Override
  public void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
    despiteBell(
        () -> {
          super.commitSync(offsets);
          return offsets;
        });
  }

  private static <T> T despiteBell(Supplier<T> call) {
    try {
      return call.get();
    } catch (WakeupException e) {
      return call.get();
    }
  }
}
