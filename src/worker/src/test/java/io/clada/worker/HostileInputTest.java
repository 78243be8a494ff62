package io.clada.worker;

import static io.clada.worker.WorkerHarness.prompt;
import static io.clada.worker.WorkerHarness.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clada.embedded.EmbeddedKafka;
import io.clada.schemas.ChatMessage;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever stands on the requests' topic, of whatever size the topic takes: it ends in a terminal
 * event or among the dead letters, and the worker goes on. Over real Kafka, with its limits.
 */
class HostileInputTest {
  private static final Duration SOON = Duration.ofMinutes(3);
  private static final String REQUESTS = "clada.requests";

  @TempDir Path state;
  private final Random random = new Random(7);
  private final List<ProducerRecord<byte[], byte[]>> hostile = new ArrayList<>();
  private EmbeddedKafka kafka;
  private Traffic traffic;

  @BeforeEach
  void open() throws Exception {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      new Topics("clada").createMissing(admin, 2, (short) 1);
      ConfigEntry large = new ConfigEntry("max.message.bytes", String.valueOf(Traffic.MOST_BYTES));
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, REQUESTS),
                  List.of(new AlterConfigOp(large, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
    traffic = new Traffic(kafka.bootstrapServers());
    traffic.listen(2);
  }

  @AfterEach
  void close() {
    traffic.close();
    kafka.close();
  }

  @Test
  void everyRecordIsAnsweredOrSetAsideAndTheWorkerGoesOn() {
    addBytes();
    addKeys();
    addRequests();
    addLargeRecords();
    ScriptedEngine engine = new ScriptedEngine();
    Properties properties = WorkerProcess.properties(kafka.bootstrapServers(), state);
    properties.setProperty("clada.max.new.tokens", "50"); // this engine knows no end
    try (Pace pace = Pace.of(engine, Duration.ofMillis(1));
        Worker worker = new Worker(WorkerConfig.of(properties), engine)) {
      worker.start();
      List<RecordMetadata> sent = hostile.stream().map(traffic::send).toList();
      for (int i = 0; i < 8; i++) {
        traffic.post(
            "good" + i,
            GenerationRequest.newBuilder().setPrompt("Once").setMaxNewTokens(5).build());
      }
      await().atMost(SOON).untilAsserted(() -> assertThat(unaccounted(sent)).isEmpty());
      await()
          .atMost(SOON)
          .until(() -> traffic.tokens().stream().filter(HostileInputTest::endsGood).count() == 8);

      assertThat(worker.isRunning()).isTrue();
      assertThat(traffic.tokens())
          .allMatch(token -> token.getMessage() == null || token.getMessage().length() < 1100);
    }
  }

  /** Records whose sender was told nothing, and that nobody finds among the dead letters. */
  private List<String> unaccounted(List<RecordMetadata> sent) {
    Set<String> answered =
        traffic.tokens().stream()
            .filter(token -> token.getFinish() != null)
            .map(TokenEvent::getId)
            .collect(Collectors.toSet());
    Set<String> setAside =
        traffic.deadLetters().stream().map(HostileInputTest::origin).collect(Collectors.toSet());
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++) {
      byte[] key = hostile.get(i).key();
      String id = key == null ? "" : new String(key, StandardCharsets.UTF_8);
      String at = sent.get(i).partition() + "/" + sent.get(i).offset();
      if (!answered.contains(id) && !setAside.contains(at)) {
        missing.add(at + " " + Refusal.brief(id, 50));
      }
    }
    return missing;
  }

  /** No Avro, and broken Avro. */
  private void addBytes() {
    for (int i = 0; i < 200; i++) {
      add("random" + i, bytes(random.nextInt(300)));
      byte[] wire = bytes(5 + random.nextInt(300));
      ByteBuffer.wrap(wire).put((byte) 0).putInt(random.nextInt(9));
      add("wire" + i, wire);
    }
    byte[] valid = traffic.bytes(REQUESTS, GenerationRequest.class, prompt("Once upon a time"));
    for (int length = 0; length < valid.length; length++) {
      add("truncated" + length, Arrays.copyOf(valid, length));
    }
    for (int i = 0; i < 100; i++) {
      byte[] flipped = valid.clone();
      flipped[5 + random.nextInt(flipped.length - 5)] ^= (byte) (1 << random.nextInt(8));
      add("flipped" + i, flipped);
    }
    add("trailing", Arrays.copyOf(valid, valid.length + 1));
    add("unknown schema", ByteBuffer.allocate(9).put((byte) 0).putInt(1_000_000).array());
    add("negative schema", ByteBuffer.allocate(9).put((byte) 0).putInt(-1).array());
    add(
        "another type",
        traffic.bytes(
            "clada.tokens",
            TokenEvent.class,
            TokenEvent.newBuilder().setId("x").setTokenIndex(0).build()));
    // A string that claims two billion bytes.
    add("claims", ByteBuffer.allocate(10).put(valid, 0, 5).put(hex("fcffffff0f")).array());
  }

  private void addKeys() {
    byte[] valid = traffic.bytes(REQUESTS, GenerationRequest.class, prompt("Once"));
    for (byte[] key :
        new byte[][] {
          null, {}, {(byte) 0xff}, bytes(50), utf8("k".repeat(257)), new byte[1_000_000]
        }) {
      hostile.add(new ProducerRecord<>(REQUESTS, key, valid));
      hostile.add(new ProducerRecord<>(REQUESTS, key, null));
      hostile.add(new ProducerRecord<>(REQUESTS, key, utf8("garbage")));
    }
    ProducerRecord<byte[], byte[]> headers =
        new ProducerRecord<>(REQUESTS, utf8("headers"), utf8("garbage"));
    headers.headers().add("traceparent", bytes(500_000)).add("large", bytes(500_000)).add("", null);
    hostile.add(headers);
    hostile.add(new ProducerRecord<>(REQUESTS, null, 0L, utf8("time"), utf8("garbage")));
  }

  /** Well-formed, and absurd. */
  private void addRequests() {
    double[] numbers = {
      Double.NaN, -1, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.MIN_VALUE, 1e300
    };
    for (int i = 0; i < numbers.length; i++) {
      double number = numbers[i];
      add("temperature" + i, of().setTemperature(number));
      add("top_p" + i, of().setTopP(number));
      add("repetition_penalty" + i, of().setRepetitionPenalty(number));
      add("top_k_ratio" + i, of().setTopKRatio(number));
      add("input_keep_ratio" + i, of().setInputKeepRatio(number));
      add("ffn_reduction_ratio" + i, of().setFfnReductionRatio(number));
      add("surprisal_threshold" + i, of().setSurprisalThreshold(number));
      add("entropy_threshold" + i, of().setEntropyThreshold(number));
    }
    for (int number : new int[] {Integer.MIN_VALUE, -1, 0, Integer.MAX_VALUE}) {
      add("max_new_tokens" + number, of().setMaxNewTokens(number).setDeadline(Instant.EPOCH));
      add("top_k" + number, of().setTopK(number));
      add("min_active_neurons" + number, of().setMinActiveNeurons(number));
      add("update_window" + number, of().setUpdateWindow(number));
      add("deadline" + number, of().setDeadline(Instant.ofEpochMilli(number)));
    }
    add("deadline-min", of().setDeadline(Instant.ofEpochMilli(Long.MIN_VALUE)));
    add("deadline-max", of().setDeadline(Instant.ofEpochMilli(Long.MAX_VALUE)));
    add("empty", GenerationRequest.newBuilder());
    add("stops", of().setStop(Collections.nCopies(100_000, "x")));
    add("stop", of().setStop(List.of("x".repeat(300_000))));
    add("model", of().setModel("m".repeat(300_000)));
    add("tenant", of().setTenant("t".repeat(300_000)));
    add("messages", chat(Collections.nCopies(50_000, new ChatMessage("user", ""))));
    add("role", chat(List.of(new ChatMessage("r".repeat(300_000), "Hi"))));
    add("both", of().setMessages(List.of(new ChatMessage("user", "Hi"))));
    add(
        "control",
        GenerationRequest.newBuilder().setPrompt("\0\u0001\ud800 \ufffe").setMaxNewTokens(2));
    add("tokenizer", GenerationRequest.newBuilder().setPrompt("trips the tokenizer"));
  }

  private void addLargeRecords() {
    for (int bytes :
        new int[] {399_999, 400_001, 464_000, 480_000, 899_000, 1_000_000, 1_048_000, 10 << 20}) {
      add(
          "prompt" + bytes,
          GenerationRequest.newBuilder().setPrompt("x".repeat(bytes)).setMaxNewTokens(2));
      add(
          "chat" + bytes,
          chat(List.of(new ChatMessage("user", "x".repeat(bytes)))).setMaxNewTokens(2));
      add("garbage" + bytes, bytes(bytes));
      ProducerRecord<byte[], byte[]> nameless =
          new ProducerRecord<>(REQUESTS, new byte[0], bytes(bytes));
      hostile.add(nameless);
    }
  }

  private static GenerationRequest.Builder of() {
    return GenerationRequest.newBuilder().setPrompt("Once").setMaxNewTokens(2);
  }

  private static GenerationRequest.Builder chat(List<ChatMessage> messages) {
    return GenerationRequest.newBuilder().setMessages(messages);
  }

  private void add(String id, GenerationRequest.Builder request) {
    if (request.getMaxNewTokens() == null) {
      request.setMaxNewTokens(2);
    }
    add(id, traffic.bytes(REQUESTS, GenerationRequest.class, request.build()));
  }

  private void add(String id, byte[] value) {
    hostile.add(new ProducerRecord<>(REQUESTS, utf8(id), value));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] hex(String hex) {
    return java.util.HexFormat.of().parseHex(hex);
  }

  private static boolean endsGood(TokenEvent token) {
    return token.getFinish() != null && token.getId().startsWith("good");
  }

  private static String origin(ConsumerRecord<byte[], byte[]> deadLetter) {
    return header(deadLetter.headers(), "partition") + "/" + header(deadLetter.headers(), "offset");
  }

  private static String header(Headers headers, String name) {
    return new String(
        headers.lastHeader("__streams.errors." + name).value(), StandardCharsets.UTF_8);
  }
}
