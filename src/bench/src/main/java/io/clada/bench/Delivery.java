package io.clada.bench;

import io.clada.engine.BatchEngine;
import io.clada.engine.FleetThresholds;
import io.clada.engine.GeneratedToken;
import io.clada.engine.GenerationSpec;
import io.clada.engine.SamplingParameters;
import io.clada.engine.SparsityParameters;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The same requests to the same engine, straight and through Kafka, and when their tokens were
 * there. The first arrival to the last is what is timed.
 */
final class Delivery {
  private final BatchEngine engine;
  private final int tokens;
  private final AtomicInteger rounds = new AtomicInteger();

  /** When the engine had made each token that went through the worker. */
  private final Map<String, Long> made = new ConcurrentHashMap<>();

  /**
   * @param tokens of each answer
   */
  Delivery(BatchEngine engine, int tokens) {
    this.engine = engine;
    this.tokens = tokens;
  }

  /** For the worker. */
  StampingEngine watched() {
    return new StampingEngine(engine, this::stamp);
  }

  private void stamp(String engineId, GeneratedToken token) {
    String id = engineId.substring(0, engineId.indexOf('#'));
    made.put(key(id, token.index()), System.nanoTime());
  }

  /** How long tokens took from the engine to a consumer. */
  static final class Delays {
    private final List<Long> nanos = new ArrayList<>();

    private synchronized void add(long delay) {
      nanos.add(delay);
    }

    synchronized Spread spread() {
      return Spread.of(nanos);
    }
  }

  /** The time from the first arrival to the last. */
  private static final class Span {
    private final AtomicLong first = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong last = new AtomicLong(Long.MIN_VALUE);
    private final AtomicInteger count = new AtomicInteger();

    void add(long nanos) {
      first.accumulateAndGet(nanos, Math::min);
      last.accumulateAndGet(nanos, Math::max);
      count.incrementAndGet();
    }

    double secondsPerToken() {
      return (last.get() - first.get()) / 1e9 / count.get();
    }
  }

  /** Seconds per token of so many requests at once on the engine alone. */
  double alone(int requests) {
    Span span = new Span();
    CountDownLatch ended = new CountDownLatch(requests);
    String round = "alone-" + rounds.incrementAndGet();
    for (int i = 0; i < requests; i++) {
      engine.submit(
          spec(round, i),
          token -> {
            span.add(System.nanoTime());
            if (token.finish() != null) {
              ended.countDown();
            }
          });
    }
    await(ended);
    return span.secondsPerToken();
  }

  /**
   * The same through Kafka, as a consumer of one isolation level has them.
   *
   * @param delays of each token; null where only the speed is asked for
   */
  double throughKafka(Stage stage, int requests, String isolation, @Nullable Delays delays) {
    Span span = new Span();
    CountDownLatch ended = new CountDownLatch(requests);
    String round = "kafka-" + rounds.incrementAndGet();
    try (Listener listener =
        stage.listen(
            isolation,
            arrival -> {
              if (!arrival.id().startsWith(round + "-")) {
                return;
              }
              span.add(arrival.nanos());
              Long at = made.remove(key(arrival.id(), arrival.token().getTokenIndex()));
              if (delays != null && at != null) {
                delays.add(arrival.nanos() - at);
              }
              if (arrival.token().getFinish() != null) {
                ended.countDown();
              }
            })) {
      IntStream.range(0, requests).forEach(i -> stage.post(round + "-" + i, request(round, i)));
      await(ended);
    }
    return span.secondsPerToken();
  }

  private static String key(String id, int index) {
    return id + ":" + index;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Prompts differ, so that none is another's prefix. */
  private static String prompt(String round, int i) {
    return i + " dogs of " + round + " went to the park and saw a big red ball";
  }

  private GenerationRequest request(String round, int i) {
    return GenerationRequest.newBuilder()
        .setPrompt(prompt(round, i))
        .setMode(Mode.DENSE)
        .setMaxNewTokens(tokens)
        .setTemperature(HOT)
        .setTopP(1.0)
        .setSeed((long) i)
        .build();
  }

  /** So that hardly an answer ends before it is as long as it may be. */
  private static final double HOT = 2.0;

  private GenerationSpec spec(String round, int i) {
    return new GenerationSpec(
        round + "-" + i,
        prompt(round, i),
        true,
        io.clada.engine.Mode.DENSE,
        tokens,
        false,
        List.of(),
        new SamplingParameters(null, HOT, null, 1.0, null, i),
        SparsityParameters.DEFAULT,
        FleetThresholds.DEFAULT,
        null,
        List.of());
  }
}
