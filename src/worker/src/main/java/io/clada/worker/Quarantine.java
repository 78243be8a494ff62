package io.clada.worker;

import io.clada.schemas.Finish;
import io.clada.worker.Generations.Stores;
import io.clada.worker.state.Attempt;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sets a request aside under which workers have died too often, so that it does not take the fleet
 * down one by one.
 *
 * <p>What counts is a death of the worker while the request was at its engine, as {@link HandOver}
 * recorded before. A death is that the worker is no longer in the group when another finds the
 * request, without having taken it back: a crash, a kill, a machine that is gone, and also a worker
 * that was thrown out of the group because it did not respond. A stop in good order ({@link
 * Departure}) and a rebalance from a living worker are no deaths.
 *
 * <p>All that was at the engine is suspected; therefore a request on its last attempt never shares
 * an engine with another such one ({@link Ticket.Kind#LAST_ATTEMPT}). An innocent request is set
 * aside only if, each time, something else killed its worker. A death during the check of a request
 * that is not stored yet is {@link CheckMarks}' to count.
 */
final class Quarantine {
  private static final Logger LOG = LoggerFactory.getLogger(Quarantine.class);

  private final Dependencies deps;
  private final Stores stores;
  private final Endings endings;
  private final Outputs outputs;
  private final String topic;

  /**
   * @param topic that requests come from
   */
  Quarantine(Dependencies deps, Stores stores, Endings endings, Outputs outputs, String topic) {
    this.deps = deps;
    this.stores = stores;
    this.endings = endings;
    this.outputs = outputs;
    this.topic = topic;
  }

  /** The attempt that follows one that this worker finds in the store. */
  Attempt next(Attempt last) {
    String worker = last.getHandedTo();
    boolean died = worker != null && deps.fleet().hasLost(worker);
    return Attempt.newBuilder(last)
        .setNumber(last.getNumber() + 1)
        .setDeaths(last.getDeaths() + (died ? 1 : 0))
        .setHandedTo(null)
        .build();
  }

  boolean isDue(Attempt next) {
    return next.getDeaths() >= deps.admission().maxAttempts();
  }

  boolean isLast(Attempt next) {
    return next.getDeaths() > 0 && next.getDeaths() >= deps.admission().maxAttempts() - 1;
  }

  void setAside(Generation generation, long nowMs) {
    String message =
        generation.attempt().getDeaths()
            + " workers died while this request was at their engine (clada.max.attempts="
            + deps.admission().maxAttempts()
            + "); it is set aside among the dead letters, and runs again only with rerun";
    LOG.error("Request {}: {}", generation.id(), message);
    outputs.deadLetter(original(generation), new WorkerException(message));
    endings.end(
        generation, TokenEvents.ended(generation, Finish.ERROR, message, nowMs), true, nowMs);
    deps.metrics().quarantined();
  }

  private RequestRecord original(Generation generation) {
    RecordHeaders headers = new RecordHeaders();
    byte[] traceparent = generation.traceparent();
    if (traceparent != null) {
      headers.add(Outputs.TRACEPARENT, traceparent);
    }
    return new RequestRecord(
        generation.id().getBytes(StandardCharsets.UTF_8),
        Buffers.copy(stores.requests().get(generation.id()).getValue()),
        headers,
        generation.facts().getArrival().toEpochMilli(),
        new Origin(topic, outputs.partition(), generation.facts().getOffset()));
  }
}
