package io.clada.service;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a scraper and an orchestrator ask a role, over HTTP: {@code /metrics} in Prometheus' text
 * format, {@code /health/live} (200, or 503 once the role has died or is stuck: restart it) and
 * {@code /health/ready} (200 while it does its work). A 503 says why. A role may have pages of its
 * own beside them.
 *
 * <p>Before there is anything whose {@linkplain Health health} it could tell, it answers as live
 * and not ready. No authentication: bind it to an address that only those who may see it can reach.
 * It has the limits of a {@link SmallServer}.
 */
public final class OpsServer implements AutoCloseable {
  private final ProcessMetrics metrics = new ProcessMetrics();
  private final List<String> paths = new ArrayList<>();
  private final SmallServer http;
  private volatile @Nullable Health health;

  private OpsServer(SmallServer http) {
    this.http = http;
    page("/metrics", query -> new Answer(200, Answer.TEXT, metrics.scrape()));
    page("/health/live", query -> health(Health::whyDead, null));
    page("/health/ready", query -> health(Health::whyNotReady, "nothing to be ready yet"));
  }

  /**
   * Takes the port.
   *
   * @param port 0: any that is free
   * @throws ServiceException if the address cannot be bound, naming it
   */
  public static OpsServer bind(String host, int port) {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new ServiceException("the host " + host + " for metrics and health is not known");
    }
    try {
      return new OpsServer(SmallServer.bind(address, "clada-ops"));
    } catch (IOException e) {
      throw new ServiceException(
          "metrics and health cannot be served on %s:%d (%s); choose another port"
              .formatted(host, port, e.getMessage()),
          e);
    }
  }

  /** Adds a page of the role's own. Before {@link #start} only. */
  public OpsServer page(String path, SmallServer.Page page) {
    http.page(path, page);
    paths.add(path);
    return this;
  }

  /** Begins to answer. */
  public OpsServer start() {
    http.otherwise(Answer.text(404, "there are: " + String.join(", ", paths))).start();
    return this;
  }

  /** Where the role's metrics go. */
  public MeterRegistry registry() {
    return metrics.registry();
  }

  /** Tells this health from now on. */
  public void serve(Health told) {
    health = told;
  }

  /** The port that is bound. */
  public int port() {
    return http.port();
  }

  /**
   * @param before what keeps it from being so as long as there is no health to tell
   */
  private Answer health(Function<Health, @Nullable String> trouble, @Nullable String before) {
    Health current = health;
    return Answer.health(current == null ? before : trouble.apply(current));
  }

  /** Stops at once. */
  @Override
  public void close() {
    http.close();
    metrics.close();
  }
}
