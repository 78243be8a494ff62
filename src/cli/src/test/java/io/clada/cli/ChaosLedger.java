package io.clada.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.clada.schemas.Finish;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A read_committed consumer on a thread of its own, which keeps every token and dead letter as it
 * came and when.
 */
final class ChaosLedger implements AutoCloseable {
  private final Consumer<String, byte[]> consumer;
  private final Deserializer<TokenEvent> tokens;
  private final String deadLetters;
  private final Map<String, List<Entry>> entries = new LinkedHashMap<>();
  private final List<DeadLetter> dead = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "chaos-ledger");
  private volatile Throwable failure;

  /**
   * A token.
   *
   * @param seenNanos when, on {@link System#nanoTime}'s clock
   */
  record Entry(TokenEvent token, long seenNanos) {}

  /**
   * A dead letter.
   *
   * @param reason all its headers
   */
  record DeadLetter(String id, String reason) {
    static DeadLetter of(ConsumerRecord<String, byte[]> record) {
      return new DeadLetter(
          record.key(),
          Stream.of(record.headers().toArray())
              .map(
                  header -> header.key() + "=" + new String(header.value(), StandardCharsets.UTF_8))
              .collect(Collectors.joining("\n", "\n", "\n")));
    }
  }

  ChaosLedger(Properties properties, Topics topics) {
    Map<String, Object> config = Settings.asMap(properties);
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    tokens = new AvroSerdes(config).values(TokenEvent.class).deserializer();
    deadLetters = topics.deadLetter();
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(topics.tokens(), topics.deadLetter())) {
      consumer
          .partitionsFor(topic)
          .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
          take(record, System.nanoTime());
        }
      }
    } catch (WakeupException e) {
      // closing
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private synchronized void take(ConsumerRecord<String, byte[]> record, long now) {
    if (record.topic().equals(deadLetters)) {
      dead.add(DeadLetter.of(record));
      return;
    }
    TokenEvent token = tokens.deserialize(record.topic(), record.value());
    entries.computeIfAbsent(record.key(), id -> new ArrayList<>()).add(new Entry(token, now));
  }

  synchronized List<Entry> of(String id) {
    if (failure != null) {
      throw new AssertionError("the consumer has failed", failure);
    }
    return List.copyOf(entries.getOrDefault(id, List.of()));
  }

  synchronized int size() {
    return entries.values().stream().mapToInt(List::size).sum();
  }

  synchronized List<DeadLetter> deadLetters() {
    return List.copyOf(dead);
  }

  boolean hasEnded(String id) {
    return of(id).stream().anyMatch(entry -> entry.token().getFinish() != null);
  }

  boolean hasBegun(String id) {
    return !of(id).isEmpty();
  }

  /** Asserts what must come of a request, whatever happened meanwhile. */
  void assertAnswered(ChaosRequest request, String expectedText) {
    List<TokenEvent> answer = of(request.id()).stream().map(Entry::token).toList();
    assertThat(answer.stream().map(TokenEvent::getTokenIndex))
        .as("indices of %s, from 0 without holes or repeats, in order; %s", request.id(), answer)
        .containsExactlyElementsOf(IntStream.range(0, answer.size()).boxed().toList());
    TokenEvent last = answer.get(answer.size() - 1);
    assertThat(answer.stream().filter(token -> token.getFinish() != null))
        .as("ends of %s", request.id())
        .containsExactly(last);
    assertThat(answer.stream().map(TokenEvent::getAttempt).toList())
        .as("attempts of %s", request.id())
        .isSorted();
    if (!request.valid()) {
      assertThat(last.getFinish()).as(request.id()).isEqualTo(Finish.INVALID);
      return;
    }
    assertThat(last.getFinish())
        .as("%s: %s", request.id(), last.getMessage())
        .isIn(
            request.cancelAfter() == null
                ? List.of(Finish.STOP, Finish.LENGTH)
                : List.of(Finish.STOP, Finish.LENGTH, Finish.CANCELLED));
    assertThat(last.getUsage().getCompletionTokens())
        .as("completion_tokens of %s", request.id())
        .isEqualTo(answer.stream().filter(token -> token.getTokenId() != null).count());
    if (expectedText != null) {
      String text = answer.stream().map(TokenEvent::getText).collect(Collectors.joining());
      if (last.getFinish() == Finish.CANCELLED) {
        assertThat(expectedText).as("cancelled %s", request.id()).startsWith(text);
      } else {
        assertThat(text).as("text of %s", request.id()).isEqualTo(expectedText);
      }
    }
  }

  /** The longest time between the last token of one attempt and the first of the next. */
  synchronized Duration longestHandOver(Predicate<String> ids) {
    long longest = 0;
    for (Map.Entry<String, List<Entry>> answer : entries.entrySet()) {
      if (ids.test(answer.getKey())) {
        longest = Math.max(longest, longestHandOver(answer.getValue()));
      }
    }
    return Duration.ofNanos(longest);
  }

  private static long longestHandOver(List<Entry> answer) {
    long longest = 0;
    for (int i = 1; i < answer.size(); i++) {
      Entry before = answer.get(i - 1);
      Entry after = answer.get(i);
      if (before.token().getAttempt() < after.token().getAttempt()) {
        longest = Math.max(longest, after.seenNanos() - before.seenNanos());
      }
    }
    return longest;
  }

  @Override
  public void close() throws InterruptedException {
    consumer.wakeup();
    thread.join();
    consumer.close();
  }
}
