package io.clada.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;

/**
 * What a scraper and an orchestrator ask a worker, over HTTP: {@code /metrics} in Prometheus' text
 * format, {@code /health/live} (200, or 503 once the worker or its engine has died: restart it) and
 * {@code /health/ready} (200 while partitions are assigned, restored and served).
 *
 * <p>Answers from before the worker starts, then as not ready. No authentication: bind it to an
 * address that only those who may see it can reach.
 */
public final class OpsServer implements AutoCloseable {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final HttpServer http;

  private OpsServer(HttpServer http) {
    this.http = http;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
  }

  /**
   * Takes the port, and answers nothing yet.
   *
   * @param port 0: any that is free
   * @throws WorkerException if the address cannot be bound, naming the port
   */
  public static OpsServer bind(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new WorkerException("the host " + host + " for metrics is not known");
    }
    try {
      return new OpsServer(HttpServer.create(address, 0));
    } catch (IOException e) {
      throw new WorkerException(
          "metrics cannot be served on "
              + host
              + ":"
              + port
              + " ("
              + e.getMessage()
              + "); choose another port",
          e);
    }
  }

  /** Where the worker's metrics go. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Begins to answer for this worker. */
  public void serve(Worker worker) {
    http.createContext("/metrics", exchange -> answer(exchange, 200, TEXT, registry.scrape()));
    health("/health/live", worker::isAlive);
    health("/health/ready", worker::isRunning);
    http.start();
  }

  /** The port that is bound. */
  public int port() {
    return http.getAddress().getPort();
  }

  private void health(String path, BooleanSupplier healthy) {
    http.createContext(
        path,
        exchange -> {
          boolean yes = healthy.getAsBoolean();
          answer(exchange, yes ? 200 : 503, TEXT, yes ? "yes\n" : "no\n");
        });
  }

  private static void answer(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  /** Stops at once. */
  @Override
  public void close() {
    http.stop(0);
    registry.close();
  }
}
