package io.clada.worker;

import io.clada.schemas.TokenEvent;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What to scale and alert on: queue length, since the lag of the requests' topic is zero as soon as
 * requests are stored, and time to first token. Counts what is forwarded, which an aborted
 * transaction may retract.
 */
final class WorkerMetrics {
  private final MeterRegistry registry;
  private final Counter tokens;
  private final Timer timeToFirstToken;
  private final AtomicInteger active = new AtomicInteger();

  WorkerMetrics(MeterRegistry registry) {
    this.registry = registry;
    this.tokens =
        Counter.builder("clada.tokens").description("Tokens forwarded").register(registry);
    this.timeToFirstToken =
        Timer.builder("gen_ai.server.time_to_first_token")
            .description("From the request's arrival at the worker to its first token")
            .publishPercentileHistogram()
            .register(registry);
    Gauge.builder("clada.queue.length", active, AtomicInteger::get)
        .description("Requests queued or running in this worker")
        .register(registry);
  }

  void entered(int requests) {
    active.addAndGet(requests);
  }

  void left(int requests) {
    active.addAndGet(-requests);
  }

  void firstToken(long sinceArrivalMs) {
    timeToFirstToken.record(Duration.ofMillis(Math.max(0, sinceArrivalMs)));
  }

  void forwarded(TokenEvent event) {
    if (event.getTokenId() != null) {
      tokens.increment();
    }
    if (event.getFinish() != null) {
      Counter.builder("clada.requests")
          .description("Requests ended")
          .tag("finish", event.getFinish().name().toLowerCase(Locale.ROOT))
          .register(registry)
          .increment();
    }
  }
}
