package io.clada.gateway;

import io.clada.service.ProcessMetrics;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** What a gateway counts and measures, in Prometheus' text format. */
final class GatewayMetrics implements AutoCloseable {
  private static final String REQUESTS = "clada.gateway.requests";
  private static final String TOKENS = "clada.gateway.tokens";
  private static final String FIRST_TOKEN = "clada.gateway.time.to.first.token";

  /** What an alert may be waiting for. */
  private static final List<String> OUTCOMES = List.of("200", "429", "500", "503", "504");

  private final ProcessMetrics process = new ProcessMetrics();
  private final MeterRegistry registry = process.registry();

  GatewayMetrics() {
    // From the start: a counter that begins at one has no increase that an alert could see.
    for (Endpoint endpoint : Endpoint.values()) {
      for (String outcome : OUTCOMES) {
        requests(endpoint.label(), outcome);
      }
    }
  }

  /** Has the answers under way counted. */
  void open(Collection<?> exchanges) {
    Gauge.builder("clada.gateway.streams", exchanges, Collection::size)
        .description("Answers under way.")
        .register(registry);
  }

  void answered(Ask ask, int tokens) {
    count(ask.endpoint().label(), "200");
    registry.counter(TOKENS, "endpoint", ask.endpoint().label()).increment(tokens);
  }

  void failed(Ask ask, int status) {
    count(ask.endpoint().label(), String.valueOf(status));
  }

  /** Before it was known what it asks for. */
  void refused(Endpoint endpoint, int status) {
    count(endpoint.label(), String.valueOf(status));
  }

  void hungUp(Ask ask) {
    count(ask.endpoint().label(), "hung-up");
  }

  void firstToken(Ask ask, long nanos) {
    Timer.builder(FIRST_TOKEN)
        .description("From a request's arrival to its first token.")
        .tag("endpoint", ask.endpoint().label())
        .serviceLevelObjectives(
            Duration.ofMillis(50),
            Duration.ofMillis(100),
            Duration.ofMillis(250),
            Duration.ofMillis(500),
            Duration.ofSeconds(1),
            Duration.ofMillis(2500),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30))
        .register(registry)
        .record(Duration.ofNanos(nanos));
  }

  private void count(String endpoint, String outcome) {
    requests(endpoint, outcome).increment();
  }

  private Counter requests(String endpoint, String outcome) {
    return registry.counter(REQUESTS, "endpoint", endpoint, "outcome", outcome);
  }

  String scrape() {
    return process.scrape();
  }

  @Override
  public void close() {
    process.close();
  }
}
