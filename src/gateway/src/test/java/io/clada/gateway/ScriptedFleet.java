package io.clada.gateway;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import io.clada.schemas.serde.AvroSerdes;
import io.clada.schemas.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/**
 * A worker that answers by what the prompt says: {@code count 3} is answered with three tokens,
 * {@code wait} with none until it is cancelled, and the name of a {@link Finish}, with a message
 * behind it, with that end. Any other prompt is answered with its own words. The model is as asked.
 */
final class ScriptedFleet implements AutoCloseable {
  static final double SURPRISAL_BITS = 2;

  private final Map<String, Object> properties = new HashMap<>();
  private final Topics topics;
  private final KafkaConsumer<String, GenerationRequest> consumer;
  private final KafkaProducer<String, TokenEvent> producer;
  private final Map<String, GenerationRequest> requests = new ConcurrentHashMap<>();
  private final Map<String, String> traces = new ConcurrentHashMap<>();
  private final Set<String> cancelled = ConcurrentHashMap.newKeySet();
  private final Thread thread = new Thread(this::run, "scripted-fleet");

  ScriptedFleet(EmbeddedKafka kafka) {
    this(kafka, 3);
  }

  ScriptedFleet(EmbeddedKafka kafka, int partitions) {
    String prefix = "fleet-" + UUID.randomUUID();
    properties.put("bootstrap.servers", kafka.bootstrapServers());
    properties.put("schema.registry.url", "mock://gateway-tests");
    properties.put("clada.topic.prefix", prefix);
    topics = new Topics(prefix);
    try (Admin admin = Admin.create(properties)) {
      topics.createMissing(admin, partitions, (short) 1);
    }
    AvroSerdes serdes = new AvroSerdes(properties);
    Map<String, Object> reads = new HashMap<>(properties);
    reads.put("group.id", prefix);
    reads.put("auto.offset.reset", "earliest");
    consumer =
        new KafkaConsumer<>(
            reads, new StringDeserializer(), serdes.values(GenerationRequest.class).deserializer());
    producer =
        new KafkaProducer<>(
            properties, new StringSerializer(), serdes.values(TokenEvent.class).serializer());
    consumer.subscribe(List.of(topics.requests()));
    thread.start();
  }

  Map<String, Object> properties() {
    return properties;
  }

  GenerationRequest request(String id) {
    return requests.get(id);
  }

  private String idOf(String prompt) {
    return requests.entrySet().stream()
        .filter(entry -> said(entry.getValue()).equals(prompt))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /** Waits for the request with this prompt. */
  String awaitId(String prompt) {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> idOf(prompt), Objects::nonNull);
  }

  String trace(String id) {
    return traces.get(id);
  }

  boolean isCancelled(String id) {
    return id != null && cancelled.contains(id);
  }

  private static String said(GenerationRequest request) {
    return request.getMessages().isEmpty()
        ? request.getPrompt()
        : request.getMessages().get(request.getMessages().size() - 1).getContent();
  }

  private void run() {
    try {
      while (true) {
        for (ConsumerRecord<String, GenerationRequest> record :
            consumer.poll(Duration.ofMillis(100))) {
          if (record.value() == null) {
            cancelled.add(record.key());
            end(record.key(), 0, Finish.CANCELLED, null);
          } else {
            Header trace = record.headers().lastHeader("traceparent");
            if (trace != null) {
              traces.put(record.key(), new String(trace.value(), StandardCharsets.UTF_8));
            }
            requests.put(record.key(), record.value());
            answer(record.key(), record.value());
          }
        }
      }
    } catch (WakeupException e) {
      consumer.close();
    }
  }

  private void answer(String id, GenerationRequest request) {
    String[] words = said(request).split(" ", 2);
    if (words[0].equals("wait")) {
      return;
    }
    if (words[0].equals("count")) {
      int tokens = Integer.parseInt(words[1]);
      for (int i = 0; i < tokens; i++) {
        token(id, i, 0, (i == 0 ? "" : " ") + i);
      }
      end(id, tokens, Finish.LENGTH, null);
      return;
    }
    for (Finish finish : Finish.values()) {
      if (finish.name().equals(words[0])) {
        end(id, 0, finish, words.length > 1 ? words[1] : null);
        return;
      }
    }
    String[] all = said(request).split("(?= )", -1);
    for (int i = 0; i < all.length; i++) {
      token(id, i, 0, all[i]);
    }
    end(id, all.length, Finish.STOP, null);
  }

  void token(String id, int index, int attempt, String text) {
    send(
        event(id, index)
            .setAttempt(attempt)
            .setText(text)
            .setTokenId(index)
            .setSurprisal(SURPRISAL_BITS));
  }

  void end(String id, int index, Finish finish, String message) {
    send(
        event(id, index)
            .setFinish(finish)
            .setMessage(message)
            .setRetryAfterSeconds(finish == Finish.OVERLOADED ? 6.2 : null)
            .setUsage(
                Usage.newBuilder()
                    .setPromptTokens(5)
                    .setCompletionTokens(index)
                    .setSeed(77)
                    .build()));
  }

  private TokenEvent.Builder event(String id, int index) {
    return TokenEvent.newBuilder().setId(id).setTokenIndex(index).setModel("scripted");
  }

  private void send(TokenEvent.Builder event) {
    try {
      producer.send(new ProducerRecord<>(topics.tokens(), event.getId(), event.build())).get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() throws InterruptedException {
    consumer.wakeup();
    thread.join();
    producer.close();
  }
}
