package io.clada.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The models that have thresholds: the keys of their topic, but those of operators' orders. */
final class ModelNames implements AutoCloseable {
  /** What an order's key has behind the model's name; see {@code Thresholds.avsc}. */
  private static final String ORDER = "/order";

  private static final Duration POLL = Duration.ofMillis(100);

  private final Supplier<Consumer<String, byte[]>> consumers;
  private final String topic;
  private final Duration timeout;
  private final Set<String> names = new TreeSet<>();
  private @Nullable Consumer<String, byte[]> consumer;

  ModelNames(Supplier<Consumer<String, byte[]>> consumers, String topic, Duration timeout) {
    this.consumers = consumers;
    this.topic = topic;
    this.timeout = timeout;
  }

  /**
   * @throws ClientException if they can't be read
   */
  synchronized Set<String> names() {
    try {
      Consumer<String, byte[]> reader = consumer == null ? open() : consumer;
      readToEnd(reader);
      return Set.copyOf(names);
    } catch (KafkaException e) {
      close();
      throw new ClientException(topic + " can't be read: " + e.getMessage(), e);
    }
  }

  private Consumer<String, byte[]> open() {
    Consumer<String, byte[]> opened = consumers.get();
    try {
      List<TopicPartition> partitions = Partitions.all(opened, topic, timeout);
      opened.assign(partitions);
      opened.seekToBeginning(partitions);
    } catch (RuntimeException e) {
      opened.close(); // else it would be asked again, for nothing
      throw e;
    }
    consumer = opened;
    return opened;
  }

  private void readToEnd(Consumer<String, byte[]> reader) {
    Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment(), timeout);
    long deadline = System.nanoTime() + timeout.toNanos();
    while (ends.entrySet().stream()
        .anyMatch(end -> position(reader, end.getKey()) < end.getValue())) {
      if (System.nanoTime() > deadline) {
        throw new ClientException(topic + " was not read in " + timeout.toMillis() + " ms");
      }
      for (ConsumerRecord<String, byte[]> record : reader.poll(POLL)) {
        if (record.value() == null) {
          names.remove(record.key());
        } else if (!record.key().endsWith(ORDER)) {
          names.add(record.key());
        }
      }
    }
  }

  private long position(Consumer<String, byte[]> reader, TopicPartition partition) {
    return reader.position(partition, timeout);
  }

  @Override
  public synchronized void close() {
    if (consumer != null) {
      consumer.close();
      consumer = null;
      names.clear();
    }
  }
}
