package io.clada.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Asks brokers where the partitions of requests end. One look serves all that was asked before it
 * began. It has a connection of its own, since on that of the reading consumer the answer would
 * wait behind a fetch that waits for tokens; and a thread, so that brokers that do not answer hold
 * up nobody's tokens.
 */
final class LogEnds implements AutoCloseable {
  /**
   * What a look has found.
   *
   * @param partitions how many the topic of tokens has
   * @param offsets behind the last records of what was asked for
   */
  record Ends(int partitions, Map<TopicPartition, Long> offsets) {}

  private record Question(Collection<String> ids, CompletableFuture<Ends> answer) {}

  private final Consumer<String, byte[]> consumer;
  private final String topic;
  private final @Nullable TelemetryTap telemetry;
  private final Duration timeout;
  private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();
  private final ExecutorService thread = Executors.newSingleThreadExecutor(LogEnds::daemon);
  private volatile boolean closed;

  /**
   * @param consumer for this alone; it is closed here
   * @param topic of tokens
   * @param timeout how long brokers may take
   */
  LogEnds(
      Consumer<String, byte[]> consumer,
      String topic,
      @Nullable TelemetryTap telemetry,
      Duration timeout) {
    this.consumer = consumer;
    this.topic = topic;
    this.telemetry = telemetry;
    this.timeout = timeout;
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "clada-client-ends");
    thread.setDaemon(true);
    return thread;
  }

  /** Where the log of these requests ends, at some time between this call and the answer. */
  CompletableFuture<Ends> of(Collection<String> ids) {
    CompletableFuture<Ends> answer = new CompletableFuture<>();
    questions.add(new Question(ids, answer));
    try {
      thread.execute(this::look);
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(new ClientException("the client is closed", e));
    }
    return answer;
  }

  private void look() {
    List<Question> asked = new ArrayList<>();
    questions.drainTo(asked);
    if (asked.isEmpty()) {
      return; // the look before has answered
    }
    try {
      Ends ends = find(asked);
      asked.forEach(question -> question.answer().complete(ends));
    } catch (RuntimeException e) {
      RuntimeException reason = closed ? new ClientException("the client is closed", e) : e;
      asked.forEach(question -> question.answer().completeExceptionally(reason));
    }
  }

  private Ends find(List<Question> asked) {
    int count = Partitions.count(consumer, topic, timeout);
    Set<TopicPartition> partitions = new HashSet<>();
    for (Question question : asked) {
      question.ids().forEach(id -> partitions.add(Partitions.of(topic, id, count)));
    }
    if (telemetry != null) {
      partitions.addAll(telemetry.partitions(List.copyOf(partitions)));
    }
    return new Ends(count, consumer.endOffsets(partitions, timeout));
  }

  /** Whoever waits is told. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      consumer.wakeup();
      thread.execute(consumer::close);
      thread.shutdown();
    }
  }
}
