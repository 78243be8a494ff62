package io.clada.gateway;

import io.clada.client.CladaClient;
import io.clada.client.ClientException;
import io.clada.client.Reading;
import io.clada.client.TokenStream;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The answers that are under way, over one client for each reading of the log. Brokers are waited
 * for by a few threads of its own, so that a cluster that does not answer leaves the server's free.
 */
final class Exchanges implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Exchanges.class);

  /** So often clients are looked after: one that hangs up is noticed within this. */
  private static final long TICK_MILLIS = 200;

  private static final Duration BROKER_TIMEOUT = Duration.ofSeconds(10);

  /** Tokens of one answer that wait in memory for a client that is slow. */
  private static final int BUFFERED_TOKENS = 256;

  private static final int POSTING_THREADS = 8;

  private final Map<Reading, CladaClient> clients = new EnumMap<>(Reading.class);
  private final Set<Exchange> open = ConcurrentHashMap.newKeySet();
  private final GatewayLimits limits;
  private final GatewayMetrics metrics;
  private final Executor executor;
  private final Clock clock = Clock.systemUTC();
  private final ExecutorService posting =
      Executors.newFixedThreadPool(POSTING_THREADS, task -> daemon("clada-gateway-post", task));
  private final ScheduledExecutorService ticking =
      Executors.newSingleThreadScheduledExecutor(task -> daemon("clada-gateway-tick", task));

  private final ScheduledFuture<?> ticks;

  /**
   * @param executor on which tokens are handed over
   */
  Exchanges(Map<String, ?> kafka, GatewayLimits limits, GatewayMetrics metrics, Executor executor) {
    this.limits = limits;
    this.metrics = metrics;
    this.executor = executor;
    for (Reading reading : Reading.values()) {
      clients.put(
          reading,
          CladaClient.builder(kafka)
              .reading(reading)
              .brokerTimeout(BROKER_TIMEOUT)
              .bufferedTokens(BUFFERED_TOKENS)
              .mostRequests(limits.streams())
              .build());
    }
    metrics.open(open);
    ticks =
        ticking.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * @throws ApiException if there are too many
   */
  void requireRoom() {
    if (open.size() >= limits.streams()) {
      throw ApiException.limited(
          "overloaded", "the gateway has " + limits.streams() + " answers under way, its most", 1);
    }
  }

  /**
   * Posts its request and has its answer follow.
   *
   * @param headers of the record
   */
  void begin(Exchange exchange, Map<String, String> headers) {
    open.add(exchange);
    posting.execute(
        () -> {
          TokenStream stream;
          try {
            stream =
                client(exchange.ask().reading())
                    .submit(exchange.id(), exchange.ask().request(), headers);
          } catch (ClientException e) {
            exchange.fail(ApiException.of(503, String.valueOf(e.getMessage())));
            return;
          }
          exchange.follow(stream);
        });
  }

  void remove(Exchange exchange) {
    open.remove(exchange);
  }

  /** Ends a request that nobody waits for any more. */
  void cancel(Reading reading, String id) {
    try {
      posting.execute(
          () -> {
            try {
              client(reading).cancel(id);
            } catch (ClientException e) {
              log.warn("Request {} has lost its client and could not be cancelled", id, e);
            }
          });
    } catch (RejectedExecutionException e) {
      log.warn("Request {} has lost its client and goes on: the gateway is closed", id);
    }
  }

  /**
   * The models that the fleet is known to have.
   *
   * @throws ClientException if it can't be reached
   */
  Set<String> models() {
    return client(Reading.FINAL).models();
  }

  private CladaClient client(Reading reading) {
    CladaClient client = clients.get(reading);
    if (client == null) {
      throw new IllegalStateException("no client for " + reading);
    }
    return client;
  }

  private void tick() {
    long now = System.nanoTime();
    for (Exchange exchange : open) {
      try {
        exchange.tick(now);
      } catch (RuntimeException e) {
        log.error("Request {} could not be looked after", exchange.id(), e);
      }
    }
  }

  Executor executor() {
    return executor;
  }

  GatewayLimits limits() {
    return limits;
  }

  GatewayMetrics metrics() {
    return metrics;
  }

  Clock clock() {
    return clock;
  }

  /** Ends then what is still under way, and its requests. */
  void endAfter(Duration grace) {
    var unused = ticking.schedule(this::end, grace.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void end() {
    if (!open.isEmpty()) {
      log.info("{} answers were still under way: their requests are cancelled", open.size());
    }
    open.forEach(exchange -> exchange.fail(ApiException.of(503, "the gateway is shutting down")));
  }

  @Override
  public void close() {
    ticks.cancel(false);
    ticking.shutdownNow();
    end();
    posting.shutdown();
    try {
      if (!posting.awaitTermination(BROKER_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        log.warn("Brokers did not answer; requests without a client go on");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    clients.values().forEach(CladaClient::close);
  }
}
