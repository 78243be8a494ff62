package io.clada.topology;

import io.clada.service.Answer;
import io.clada.service.OpsServer;
import io.clada.service.ServiceException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Objects;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.jspecify.annotations.Nullable;

/**
 * What an operator, a scraper and an orchestrator ask an {@link AggregationApp}, over HTTP, with
 * GET alone: {@code /thresholds}, {@code /backbone} and {@code /windows} as JSON, of all models or,
 * with {@code ?model=}, of one, beside what an {@link OpsServer} answers.
 *
 * <p>An instance answers for the partitions it holds, and each answer names them; of the tables at
 * most {@link StatusPages#MOST_ROWS} rows are answered. Answers as soon as the port is bound.
 */
public final class StatusServer implements AutoCloseable {
  private static final String JSON = "application/json";
  private static final String MOVING = "partitions are moving: try again";

  private final OpsServer ops;
  private volatile @Nullable AggregationApp app;

  private StatusServer(OpsServer ops) {
    this.ops = ops;
    ops.page("/thresholds", query -> table(query, StatusPages.Table.THRESHOLDS))
        .page("/backbone", query -> table(query, StatusPages.Table.BACKBONE))
        .page("/windows", query -> table(query, StatusPages.Table.WINDOWS))
        .start();
  }

  /**
   * Takes the port and begins to answer.
   *
   * @param port 0: any that is free
   * @throws ServiceException if the address cannot be bound, naming it
   */
  public static StatusServer bind(String host, int port) {
    return new StatusServer(OpsServer.bind(host, port));
  }

  /** Where the application's metrics go. */
  public MeterRegistry registry() {
    return ops.registry();
  }

  /** Answers for this application from now on. */
  public void serve(AggregationApp served) {
    app = served;
    ops.serve(served);
  }

  /** The port that is bound. */
  public int port() {
    return ops.port();
  }

  private Answer table(@Nullable String query, StatusPages.Table table) {
    AggregationApp current = app;
    if (current == null) {
      return Answer.text(503, "no application yet");
    }
    StatusPages pages = current.pages();
    if (pages == null) {
      return Answer.text(503, Objects.requireNonNullElse(current.whyNotReady(), MOVING));
    }
    try {
      return new Answer(200, JSON, pages.json(table, model(query)));
    } catch (InvalidStateStoreException e) {
      return Answer.text(503, MOVING);
    }
  }

  private static @Nullable String model(@Nullable String query) {
    String prefix = "model=";
    return query != null && query.startsWith(prefix) ? query.substring(prefix.length()) : null;
  }

  /** Stops at once. */
  @Override
  public void close() {
    ops.close();
  }
}
