package io.clada.topology;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/**
 * What an operator, a scraper and an orchestrator ask an {@link AggregationApp}, over HTTP, with
 * GET alone: {@code /thresholds}, {@code /backbone} and {@code /windows} as JSON, of all models or,
 * with {@code ?model=}, of one; {@code /metrics} in Prometheus' text format; {@code /health/live}
 * (200, or 503 once the application has died: restart it) and {@code /health/ready} (200 while its
 * partitions are assigned and restored). A 503 says why.
 *
 * <p>An instance answers for the partitions it holds, and each answer names them.
 *
 * <p>Answers as soon as the port is bound. No authentication: bind it to an address that only those
 * who may see it can reach. At most {@value #MOST_AT_ONCE} requests are served at once, each of at
 * most {@value #MOST_SECONDS} seconds and a URI of {@value #LONGEST_URI} characters; of the tables
 * at most {@link StatusPages#MOST_ROWS} rows are answered.
 */
public final class StatusServer implements AutoCloseable {
  private static final int MOST_AT_ONCE = 32;
  private static final int MOST_SECONDS = 20;
  private static final int LONGEST_URI = 2000;
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
  private static final String STARTING = "no application yet";
  private static final String JSON = "application/json";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final HttpServer http;
  private final ExecutorService threads;
  private volatile @Nullable AggregationApp app;

  /** What is answered. */
  private record Answer(int status, String type, String body) {}

  /** Answers a request by its query. */
  private interface Page {
    Answer of(@Nullable String query);
  }

  private StatusServer(HttpServer http) {
    this.http = http;
    threads =
        new ThreadPoolExecutor(
            0, MOST_AT_ONCE, 1, TimeUnit.MINUTES, new SynchronousQueue<>(), StatusServer::daemon);
    collections.bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
  }

  /**
   * Takes the port and begins to answer.
   *
   * @param port 0: any that is free
   * @throws TopologyException if the address cannot be bound, naming the port
   */
  public static StatusServer bind(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new TopologyException("the host " + host + " is not known");
    }
    limitTime();
    try {
      StatusServer server = new StatusServer(HttpServer.create(address, 0));
      server.start();
      return server;
    } catch (IOException e) {
      throw new TopologyException(
          "status cannot be served on %s:%d (%s); choose another port"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  /** The JDK's server takes its limits from properties of the process, when it is first used. */
  private static void limitTime() {
    for (String limit : new String[] {"maxReqTime", "maxRspTime"}) {
      String property = "sun.net.httpserver." + limit;
      if (System.getProperty(property) == null) {
        System.setProperty(property, Integer.toString(MOST_SECONDS));
      }
    }
  }

  private void start() {
    serve("/metrics", query -> new Answer(200, TEXT, registry.scrape()));
    serve("/health/live", query -> health(AggregationApp::whyDead, null));
    serve("/health/ready", query -> health(AggregationApp::whyNotReady, STARTING));
    serve("/thresholds", query -> table(query, StatusPages.Table.THRESHOLDS));
    serve("/backbone", query -> table(query, StatusPages.Table.BACKBONE));
    serve("/windows", query -> table(query, StatusPages.Table.WINDOWS));
    http.createContext("/", exchange -> answer(exchange, notFound()));
    http.setExecutor(threads);
    http.start();
  }

  /** Where the application's metrics go. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Answers for this application from now on. */
  public void serve(AggregationApp served) {
    app = served;
  }

  /** The port that is bound. */
  public int port() {
    return http.getAddress().getPort();
  }

  private Answer table(@Nullable String query, StatusPages.Table table) {
    AggregationApp current = app;
    StatusPages pages = current == null ? null : current.pages();
    if (current == null || pages == null) {
      return health(current == null ? STARTING : current.whyNotReady());
    }
    try {
      return new Answer(200, JSON, pages.json(table, model(query)));
    } catch (InvalidStateStoreException e) {
      return health("partitions are moving: try again");
    }
  }

  private static @Nullable String model(@Nullable String query) {
    String prefix = "model=";
    return query != null && query.startsWith(prefix) ? query.substring(prefix.length()) : null;
  }

  /**
   * @param before what is answered as long as there is no application
   */
  private Answer health(
      Function<AggregationApp, @Nullable String> trouble, @Nullable String before) {
    AggregationApp current = app;
    return health(current == null ? before : trouble.apply(current));
  }

  private static Answer health(@Nullable String trouble) {
    return new Answer(
        trouble == null ? 200 : 503, TEXT, trouble == null ? "yes\n" : trouble + "\n");
  }

  private static Answer notFound() {
    return new Answer(
        404,
        TEXT,
        "try /thresholds, /backbone, /windows, /metrics, /health/live or /health/ready\n");
  }

  private void serve(String path, Page page) {
    http.createContext(
        path,
        exchange -> {
          if (!exchange.getRequestURI().getPath().equals(path)) {
            answer(exchange, notFound());
          } else if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            answer(exchange, new Answer(405, TEXT, "GET alone\n"));
          } else if (exchange.getRequestURI().toString().length() > LONGEST_URI) {
            answer(exchange, new Answer(414, TEXT, "the URI is too long\n"));
          } else {
            answer(exchange, page.of(exchange.getRequestURI().getQuery()));
          }
        });
  }

  private static void answer(HttpExchange exchange, Answer answer) throws IOException {
    byte[] bytes = answer.body.getBytes(StandardCharsets.UTF_8);
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.type);
    headers.set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(answer.status, bytes.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "clada-status");
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
