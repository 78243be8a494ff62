package io.clada.bench;

import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Answers every request with tokens at a steady pace, in transactions of 25 ms as workers write
 * them, so that what is measured is not a model's speed. The prompt {@code queued} is answered with
 * nothing. A tombstone ends an answer, and its time is kept.
 */
final class TokenSource implements AutoCloseable {
  private static final long COMMIT_NANOS = 25_000_000L;

  private static final class Active {
    final String id;
    final long begun = System.nanoTime();
    int written;

    Active(String id) {
      this.id = id;
    }
  }

  private final Topics topics;
  private final KafkaConsumer<String, GenerationRequest> requests;
  private final KafkaProducer<String, TokenEvent> tokens;
  private final Map<String, Active> active = new HashMap<>();
  private final BlockingQueue<String> queued = new LinkedBlockingQueue<>();
  private final Map<String, CompletableFuture<Long>> cancelled = new ConcurrentHashMap<>();
  private final int perSecond;
  private final int length;
  private final Thread thread = new Thread(this::run, "token-source");
  private volatile boolean closed;

  /**
   * @param perSecond tokens of each answer
   * @param length of an answer in tokens
   */
  TokenSource(Map<String, Object> kafka, int perSecond, int length) {
    this.perSecond = perSecond;
    this.length = length;
    topics = new Topics("clada");
    AvroSerdes serdes = new AvroSerdes(kafka);
    Map<String, Object> reads = new HashMap<>(kafka);
    reads.put("group.id", "token-source");
    reads.put("auto.offset.reset", "earliest");
    requests =
        new KafkaConsumer<>(
            reads, new StringDeserializer(), serdes.values(GenerationRequest.class).deserializer());
    requests.subscribe(List.of(topics.requests()));
    Map<String, Object> writes = new HashMap<>(kafka);
    writes.put("transactional.id", "token-source");
    writes.put("linger.ms", 0);
    tokens =
        new KafkaProducer<>(
            writes, new StringSerializer(), serdes.values(TokenEvent.class).serializer());
    tokens.initTransactions();
    thread.start();
  }

  /** The id of the next request that is answered with nothing. */
  String awaitNewRequest() throws InterruptedException {
    String id = queued.poll(1, TimeUnit.MINUTES);
    if (id == null) {
      throw new IllegalStateException("no request came");
    }
    return id;
  }

  /** When a request's tombstone was read, by {@link System#nanoTime}. */
  long awaitCancelled(String id) throws InterruptedException, ExecutionException, TimeoutException {
    return cancellation(id).get(1, TimeUnit.MINUTES);
  }

  private CompletableFuture<Long> cancellation(String id) {
    return cancelled.computeIfAbsent(id, key -> new CompletableFuture<>());
  }

  private void run() {
    long next = System.nanoTime();
    while (!closed) {
      long wait = Math.max(0, next - System.nanoTime());
      for (ConsumerRecord<String, GenerationRequest> record :
          requests.poll(Duration.ofNanos(wait))) {
        take(record);
      }
      if (System.nanoTime() >= next) {
        next = System.nanoTime() + COMMIT_NANOS;
        write();
      }
    }
    requests.close();
    tokens.close();
  }

  private void take(ConsumerRecord<String, GenerationRequest> record) {
    if (record.value() == null) {
      cancellation(record.key()).complete(System.nanoTime());
      active.remove(record.key());
      return;
    }
    if (record.value().getPrompt().equals("queued")) {
      queued.add(record.key());
    } else {
      active.put(record.key(), new Active(record.key()));
    }
  }

  private void write() {
    if (active.isEmpty()) {
      return;
    }
    long now = System.nanoTime();
    Future<RecordMetadata> sent = null;
    for (Iterator<Active> each = active.values().iterator(); each.hasNext(); ) {
      Active answer = each.next();
      long due = Math.min(length, (now - answer.begun) * perSecond / 1_000_000_000L);
      while (answer.written < due) {
        if (sent == null) {
          tokens.beginTransaction();
        }
        sent = tokens.send(new ProducerRecord<>(topics.tokens(), answer.id, token(answer)));
        answer.written++;
      }
      if (answer.written == length) {
        each.remove();
      }
    }
    if (sent != null) {
      tokens.commitTransaction();
    }
  }

  private TokenEvent token(Active answer) {
    boolean last = answer.written == length - 1;
    return TokenEvent.newBuilder()
        .setId(answer.id)
        .setModel("bench")
        .setTokenIndex(answer.written)
        .setTokenId(answer.written)
        .setText(" t" + answer.written)
        .setSurprisal(1.5)
        .setFinish(last ? Finish.LENGTH : null)
        .setUsage(
            last ? Usage.newBuilder().setPromptTokens(1).setCompletionTokens(length).build() : null)
        .build();
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
