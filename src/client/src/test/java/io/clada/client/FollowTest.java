package io.clada.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clada.schemas.LoadTelemetry;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.serde.AvroSerdes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What it takes to follow many requests that come together, while brokers are slow to answer. */
final class FollowTest {
  private static final String TOKENS = "clada.tokens";
  private static final String TELEMETRY = "clada.telemetry";
  private static final int PARTITIONS = 2;
  private static final int REQUESTS = 50;
  private static final long END = 5;
  private static final int ALL = 1000;

  private final AvroSerdes serdes = new AvroSerdes(Map.of("schema.registry.url", "mock://follow"));
  private final Serde<TokenEvent> values = serdes.values(TokenEvent.class);
  private final Deserializer<LoadTelemetry> loads =
      serdes.values(LoadTelemetry.class).deserializer();
  private final TelemetryTap tap = new TelemetryTap(TELEMETRY, loads, load -> {});
  private final Set<String> unreadable = ConcurrentHashMap.newKeySet();
  private final Semaphore answers = new Semaphore(0);
  private final AtomicInteger looks = new AtomicInteger();
  private final Broker reading = new Broker();
  private final Broker looking = new Broker();
  private final Dispatcher dispatcher =
      new Dispatcher(
          () -> reading,
          new LogEnds(looking, TOKENS, tap, Duration.ofSeconds(10)),
          this::read,
          TOKENS,
          tap,
          Duration.ofSeconds(30));

  /** Says where its log ends once it may, and counts how often it was asked. */
  private final class Broker extends MockConsumer<String, byte[]> {
    Broker() {
      super("none");
      for (String topic : List.of(TOKENS, TELEMETRY)) {
        List<PartitionInfo> partitions = new ArrayList<>();
        for (int i = 0; i < PARTITIONS; i++) {
          partitions.add(new PartitionInfo(topic, i, null, null, null));
          updateEndOffsets(Map.of(new TopicPartition(topic, i), END));
        }
        updatePartitions(topic, partitions);
      }
    }

    @Override
    public Map<TopicPartition, Long> endOffsets(
        Collection<TopicPartition> partitions, Duration timeout) {
      looks.incrementAndGet();
      try {
        answers.acquire();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return super.endOffsets(partitions, timeout);
    }

    @Override
    public synchronized long position(TopicPartition partition, Duration timeout) {
      looks.incrementAndGet();
      return super.position(partition, timeout);
    }
  }

  @AfterEach
  void close() {
    answers.release(ALL);
    dispatcher.close();
  }

  @Test
  void thoseThatComeTogetherShareALookForTheEndAndGetTheirOwnTokens() throws Exception {
    Map<String, Mailbox> mailboxes = new LinkedHashMap<>();
    List<CompletableFuture<List<Bookmark>>> followed = new ArrayList<>();
    followed.add(follow("r-0", mailboxes));
    await().atMost(Duration.ofMinutes(1)).until(() -> looks.get() == 1);
    for (int i = 1; i < REQUESTS; i++) {
      followed.add(follow("r-" + i, mailboxes));
    }

    answers.release(ALL);
    for (CompletableFuture<List<Bookmark>> each : followed) {
      assertThat(each.get(1, TimeUnit.MINUTES).get(0).offset()).isEqualTo(END);
    }

    // The first went alone; the others waited for it and then went together.
    assertThat(looks).hasValue(2);
    reading.schedulePollTask(() -> mailboxes.keySet().forEach(this::write));
    for (Map.Entry<String, Mailbox> each : mailboxes.entrySet()) {
      Arrival arrival = each.getValue().poll(TimeUnit.MINUTES.toNanos(1));
      assertThat(arrival.event().getId()).isEqualTo(each.getKey());
      assertThat(each.getValue().poll(0)).isNull();
    }
  }

  @Test
  void brokersThatDoNotAnswerHoldUpNoTokens() throws Exception {
    Map<String, Mailbox> mailboxes = new LinkedHashMap<>();
    answers.release();
    follow("r-0", mailboxes).get(1, TimeUnit.MINUTES);
    CompletableFuture<List<Bookmark>> waiting = follow("r-1", mailboxes);
    await().atMost(Duration.ofMinutes(1)).until(() -> looks.get() == 2);

    reading.schedulePollTask(() -> write("r-0"));

    assertThat(mailboxes.get("r-0").poll(TimeUnit.MINUTES.toNanos(1))).isNotNull();
    assertThat(waiting).isNotDone();
  }

  @Test
  void whoWaitsForBrokersIsToldThatTheClientIsClosed() {
    CompletableFuture<List<Bookmark>> first = follow("r-0", new LinkedHashMap<>());
    await().atMost(Duration.ofMinutes(1)).until(() -> looks.get() == 1);
    CompletableFuture<List<Bookmark>> second = follow("r-1", new LinkedHashMap<>());

    dispatcher.close();
    answers.release(ALL);

    for (CompletableFuture<List<Bookmark>> each : List.of(first, second)) {
      assertThatThrownBy(() -> each.get(1, TimeUnit.MINUTES))
          .hasCauseInstanceOf(ClientException.class)
          .hasMessageContaining("the client is closed");
    }
  }

  @Test
  void aSchemaThatCannotBeHadForNowHoldsUpOnlyWhatNeedsIt() throws Exception {
    answers.release(ALL);
    Map<String, Mailbox> mailboxes = new LinkedHashMap<>();
    String beside = beside("r-0");
    follow("r-0", mailboxes).get(1, TimeUnit.MINUTES);
    follow(beside, mailboxes).get(1, TimeUnit.MINUTES);
    unreadable.add("r-0");

    reading.schedulePollTask(() -> List.of("r-0", beside).forEach(this::write));

    assertThat(mailboxes.get(beside).poll(TimeUnit.MINUTES.toNanos(1))).isNotNull();
    assertThat(mailboxes.get("r-0").poll(0)).isNull();
    unreadable.clear();
    assertThat(mailboxes.get("r-0").poll(TimeUnit.MINUTES.toNanos(1))).isNotNull();
    assertThat(mailboxes.get(beside).poll(0)).isNull();
  }

  @Test
  void whatCannotBeReadForTooLongIsGivenUp() {
    unreadable.add("r-0");
    Mailbox mailbox = new Mailbox(1, () -> {});
    Subscription subscription = new Subscription("r-0", END, mailbox, this::read);

    subscription.take(record("r-0"), 100);

    assertThat(subscription.giveUp(110, 10)).isFalse();
    assertThat(subscription.giveUp(111, 10)).isTrue();
    assertThatThrownBy(() -> mailbox.poll(0))
        .isInstanceOf(ClientException.class)
        .hasMessage("request r-0: its tokens can't be read: the registry is away");
  }

  private TokenEvent read(String topic, byte[] value) {
    TokenEvent event = values.deserializer().deserialize(topic, value);
    if (unreadable.contains(event.getId())) {
      throw new TimeoutException("the registry is away");
    }
    return event;
  }

  private CompletableFuture<List<Bookmark>> follow(String id, Map<String, Mailbox> mailboxes) {
    Mailbox mailbox = new Mailbox(100, dispatcher::look);
    mailboxes.put(id, mailbox);
    return dispatcher.follow(List.of(id), mailbox);
  }

  private static int partition(String id) {
    return Partitions.of(TOKENS, id, PARTITIONS).partition();
  }

  /** An id whose tokens are in the same partition. */
  private static String beside(String id) {
    return IntStream.range(1, REQUESTS)
        .mapToObj(i -> "r-" + i)
        .filter(other -> partition(other) == partition(id))
        .findFirst()
        .orElseThrow();
  }

  private void write(String id) {
    reading.addRecord(record(id));
  }

  private ConsumerRecord<String, byte[]> record(String id) {
    byte[] value = values.serializer().serialize(TOKENS, Fleet.event(id, 0, 0, false));
    long offset = END + Integer.parseInt(id.substring("r-".length()));
    return new ConsumerRecord<>(TOKENS, partition(id), offset, id, value);
  }
}
