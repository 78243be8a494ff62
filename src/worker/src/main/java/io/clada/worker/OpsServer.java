package io.clada.worker;

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
import org.jspecify.annotations.Nullable;

/**
 * What a scraper and an orchestrator ask a worker, over HTTP: {@code /metrics} in Prometheus' text
 * format, {@code /health/live} (200, or 503 once the worker or its engine has died, or the engine
 * is stuck: restart it) and {@code /health/ready} (200 while partitions are assigned, restored and
 * served). A 503 says why.
 *
 * <p>Answers as soon as the port is bound: before a worker is there, as live and not ready. No
 * authentication: bind it to an address that only those who may see it can reach. It has the limits
 * of a {@link SmallServer}.
 */
public final class OpsServer implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final SmallServer http;
  private volatile @Nullable Worker worker;

  private OpsServer(SmallServer http) {
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
   * @throws WorkerException if the address cannot be bound, naming the port
   */
  public static OpsServer bind(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new WorkerException("the host " + host + " for metrics is not known");
    }
    try {
      OpsServer ops = new OpsServer(SmallServer.bind(address, "clada-ops"));
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
    http.page("/metrics", query -> new Answer(200, Answer.TEXT, registry.scrape()))
        .page("/health/live", query -> health(Worker::whyDead, null))
        .page("/health/ready", query -> health(Worker::whyNotReady, "no worker yet"))
        .otherwise(Answer.text(404, "try /metrics, /health/live or /health/ready"))
        .start();
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
    return http.port();
  }

  /**
   * @param trouble what keeps a worker from being so, if anything
   * @param before the same for as long as there is no worker
   */
  private Answer health(Function<Worker, @Nullable String> trouble, @Nullable String before) {
    Worker current = worker;
    String reason = current == null ? before : trouble.apply(current);
    return reason == null ? Answer.text(200, "yes") : Answer.text(503, reason);
  }

  /** Stops at once. */
  @Override
  public void close() {
    http.close();
    collections.close();
    registry.close();
  }
}
