package io.clada.worker;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a scraper and an orchestrator ask a worker, over HTTP: {@code /metrics} in Prometheus' text
 * format, {@code /health/live} (200, or 503 once the worker or its engine has died, or the engine
 * is stuck: restart it) and {@code /health/ready} (200 while partitions are assigned, restored and
 * served). A 503 says why.
 *
 * <p>Answers as soon as the port is bound: before a worker is there, as live and not ready. No
 * authentication: bind it to an address that only those who may see it can reach.
 */
public final class OpsServer implements AutoCloseable {
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final HttpServer http;
  private final ExecutorService threads;
  private volatile @Nullable Worker worker;

  private OpsServer(HttpServer http) {
    this.http = http;
    // A client that reads slowly must not keep an orchestrator from its answer.
    threads = Executors.newCachedThreadPool(OpsServer::daemon);
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /**
   * Takes the port and begins to answer.
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
      OpsServer ops = new OpsServer(HttpServer.create(address, 0));
      ops.start();
      return ops;
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

  private void start() {
    http.createContext("/metrics", exchange -> answer(exchange, 200, registry.scrape()));
    health("/health/live", Worker::whyDead, null);
    health("/health/ready", Worker::whyNotReady, "no worker yet");
    http.setExecutor(threads);
    http.start();
  }

  /** Where the worker's metrics go. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Answers for this worker from now on. */
  public void serve(Worker served) {
    worker = served;
  }

  /** The port that is bound. */
  public int port() {
    return http.getAddress().getPort();
  }

  /**
   * @param trouble what keeps a worker from being so, if anything
   * @param before the same for as long as there is no worker
   */
  private void health(
      String path, Function<Worker, @Nullable String> trouble, @Nullable String before) {
    http.createContext(
        path,
        exchange -> {
          Worker current = worker;
          String reason = current == null ? before : trouble.apply(current);
          answer(exchange, reason == null ? 200 : 503, reason == null ? "yes\n" : reason + "\n");
        });
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", TEXT);
    exchange.sendResponseHeaders(status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "clada-ops");
    thread.setDaemon(true);
    return thread;
  }

  /** Stops at once. */
  @Override
  public void close() {
    http.stop(0);
    threads.shutdownNow();
    collections.close();
    registry.close();
  }
}
