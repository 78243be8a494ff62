package io.clada.bench;

import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.StringDeserializer;

/** A consumer of tokens on a thread of its own. */
final class Listener implements AutoCloseable {
  private final KafkaConsumer<String, TokenEvent> consumer;
  private final Thread thread;

  /**
   * A token.
   *
   * @param nanos when the consumer had it, on {@link System#nanoTime}'s clock
   */
  record Arrival(String id, TokenEvent token, long nanos) {}

  private Listener(KafkaConsumer<String, TokenEvent> consumer, Consumer<Arrival> each) {
    this.consumer = consumer;
    thread = new Thread(() -> run(each), "listener");
  }

  static Listener start(Map<String, Object> config, String topic, Consumer<Arrival> each) {
    KafkaConsumer<String, TokenEvent> consumer =
        new KafkaConsumer<>(
            config,
            new StringDeserializer(),
            new AvroSerdes(config).values(TokenEvent.class).deserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position); // now, not at the first poll
    Listener listener = new Listener(consumer, each);
    listener.thread.start();
    return listener;
  }

  private void run(Consumer<Arrival> each) {
    try {
      while (true) {
        for (ConsumerRecord<String, TokenEvent> record : consumer.poll(Duration.ofMillis(100))) {
          each.accept(new Arrival(record.key(), record.value(), System.nanoTime()));
        }
      }
    } catch (WakeupException e) {
      // closing
    }
  }

  @Override
  public void close() {
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    consumer.close();
  }
}
