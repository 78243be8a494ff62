package io.clada.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Without a broker, for which a consumer waits as it does for records. */
class WakingConsumerTest {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);

  private final Bells bells = new Bells();
  private final Commits commits = new Commits(Duration.ZERO);
  private final WakingConsumer consumer =
      new WakingConsumer(
          Map.of(
              "bootstrap.servers",
              "127.0.0.1:1",
              "group.id",
              "test",
              "request.timeout.ms",
              100,
              "default.api.timeout.ms",
              100),
          bells,
          commits,
          Duration.ofMillis(5));

  @AfterEach
  void close() {
    consumer.close();
  }

  @Test
  void aRingEndsTheWait() {
    consumer.assign(List.of(PARTITION));
    AtomicReference<Bell> bell = new AtomicReference<>();
    CompletableFuture<Boolean> polled =
        CompletableFuture.supplyAsync(
            () -> {
              bell.set(bells.own());
              return consumer.poll(LONG).isEmpty();
            });
    await().atMost(SOON).until(() -> bell.get() != null);

    bell.get().ring();

    assertThat(polled).succeedsWithin(SOON).isEqualTo(true);
  }

  @Test
  void aCommitThatIsDueEndsTheWait() {
    consumer.assign(List.of(PARTITION));
    CompletableFuture<Boolean> polled =
        CompletableFuture.supplyAsync(
            () -> {
              commits.ask();
              return consumer.poll(LONG).isEmpty();
            });

    assertThat(polled).succeedsWithin(SOON).isEqualTo(true);
  }

  /** It fails for what it could not do, and not for a wait that was over by then. */
  @Test
  void aCallThatARingInterruptsIsMadeAgain() {
    consumer.assign(List.of(PARTITION));

    consumer.wakeup();
    assertThatThrownBy(() -> consumer.committed(Set.of(PARTITION)))
        .isInstanceOf(TimeoutException.class);
    consumer.wakeup();
    assertThatThrownBy(() -> consumer.position(PARTITION)).isInstanceOf(TimeoutException.class);
    consumer.wakeup();
    assertThatThrownBy(() -> consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(1))))
        .isInstanceOf(TimeoutException.class);
  }
}
