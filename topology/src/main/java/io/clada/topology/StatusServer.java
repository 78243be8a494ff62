package io.clada.topology;

import io.clada.http.Answer;
import io.clada.http.SmallServer;
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
import java.net.InetSocketAddress;
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
 * who may see it can reach. It has the limits of a {@link SmallServer}; of the tables at most
 * {@link StatusPages#MOST_ROWS} rows are answered.
 */
public final class StatusServer implements AutoCloseable {
  private static final String STARTING = "no application yet";
  private static final String JSON = "application/json";

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final SmallServer http;
  private volatile @Nullable AggregationApp app;

  private StatusServer(SmallServer http) {
    this.http = http;
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
   * @throws TopologyException if the address cannot be bound, naming the port
   */
  public static StatusServer bind(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new TopologyException("the host " + host + " is not known");
    }
    try {
      StatusServer server = new StatusServer(SmallServer.bind(address, "clada-status"));
      server.start();
      return server;
    } catch (IOException e) {
      throw new TopologyException(
          "status cannot be served on %s:%d (%s); choose another port"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  private void start() {
    http.page("/metrics", query -> new Answer(200, Answer.TEXT, registry.scrape()))
        .page("/health/live", query -> health(AggregationApp::whyDead, null))
        .page("/health/ready", query -> health(AggregationApp::whyNotReady, STARTING))
        .page("/thresholds", query -> table(query, StatusPages.Table.THRESHOLDS))
        .page("/backbone", query -> table(query, StatusPages.Table.BACKBONE))
        .page("/windows", query -> table(query, StatusPages.Table.WINDOWS))
        .otherwise(
            Answer.text(
                404,
                "try /thresholds, /backbone, /windows, /metrics, /health/live or /health/ready"))
        .start();
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
    return http.port();
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
    return trouble == null ? Answer.text(200, "yes") : Answer.text(503, trouble);
  }

  /** Stops at once. */
  @Override
  public void close() {
    http.close();
    collections.close();
    registry.close();
  }
}
