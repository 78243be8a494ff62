package io.clada.worker;

import io.clada.schemas.GenerationRequest;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.slf4j.MDC;

/**
 * One partition's requests, from the time a worker gets the partition to the time it gives it away.
 * Belongs to the stream thread; never waits for the model.
 */
final class RequestTask implements AutoCloseable {
  private final Dependencies deps;
  private final ProcessorContext<Object, Object> context;
  private final RequestDecoder decoder;
  private final Bell bell;
  private final EngineOutput output;
  private final Turns turns;
  private final Durability durability;
  private final Outputs outputs;
  private final FinishedRequests finished;
  private final Generations generations;
  private final Endings endings;
  private final Drain drain;
  private final Intake intake;
  private final HandOver handOver;
  private final Recovery recovery;
  private final BooleanSupplier wantsLook = this::wantsLook;

  RequestTask(Dependencies deps, ProcessorContext<Object, Object> context, RequestDecoder decoder) {
    this.deps = deps;
    this.decoder = decoder;
    durability = new Durability(deps.exactlyOnce(), deps.commits());
    outputs = new Outputs(context, deps);
    finished =
        new FinishedRequests(
            context.getStateStore(FinishedRequests.NAME),
            durability,
            deps.admission().finishedRetention().toMillis(),
            deps.admission().maxFinishedRequests());
    Generations.Stores stores =
        new Generations.Stores(
            new RequestStore(context.getStateStore(RequestStore.NAME)),
            new AttemptStore(context.getStateStore(AttemptStore.NAME)),
            new ProgressStore(context.getStateStore(ProgressStore.NAME)),
            finished);
    this.context = context;
    bell = deps.bells().own();
    output = new EngineOutput(bell);
    turns = new Turns(bell);
    generations = new Generations(deps, stores, durability, turns::add);
    endings = new Endings(deps, generations, stores, outputs);
    drain = new Drain(deps, output, generations, stores.progress(), durability, endings, outputs);
    intake = new Intake(deps, generations, finished, endings, drain, outputs);
    handOver =
        new HandOver(
            deps, context, turns, generations, endings, stores.requests(), decoder, output);
    Quarantine quarantine = new Quarantine(deps, stores, endings, outputs, decoder.topic());
    recovery = new Recovery(deps, stores, generations, endings, quarantine);
    bell.add(wantsLook);
  }

  /** Looks at what the stores hold. Writes nothing: a task may not while it is initialised. */
  void restore() {
    finished.restore();
    recovery.restore();
  }

  /** Whether there is nothing to look at until the next record. */
  boolean isIdle() {
    return generations.size() == 0 && !recovery.isPending() && durability.isSettled();
  }

  /** Whether there is something to see to, now or as soon as it is committed. */
  private boolean wantsLook() {
    return output.hasMore()
        || turns.hasMore()
        || recovery.isPending()
        || handOver.isWaiting()
        || !durability.isSettled()
        || deps.departure().hasBegun();
  }

  /** Takes a request or a cancellation. */
  void take(RequestRecord record, long nowMs) {
    begin(nowMs);
    try {
      takeIn(record, nowMs);
    } catch (SerializationException e) {
      outputs.deadLetter(record, e);
    } finally {
      MDC.remove(LoggedRequest.ID);
    }
    deps.commits().ask();
    handOn(nowMs);
  }

  /** Sees to what the engine made since the last time, and to whose turn it is. */
  void look(long nowMs) {
    begin(nowMs);
    drain.run(nowMs);
    endings.endOverdue(nowMs);
    handOn(nowMs);
  }

  /** A dead engine must take the process down before another request is taken from the topic. */
  private void begin(long nowMs) {
    if (!deps.engines().areAlive()) {
      throw new WorkerException("an engine has died: see the log above; start the worker again");
    }
    durability.settle();
    recovery.run(nowMs);
  }

  private void handOn(long nowMs) {
    boolean departing = deps.departure().hasBegun();
    if (departing) {
      handOver.takeBack();
    } else {
      handOver.run(this, nowMs);
    }
    if (deps.commits().isAsked()) {
      outputs.nameOffset();
    }
    if (deps.commits().left().isZero()) {
      context.commit();
    }
    if (isIdle() || (departing && durability.isSettled())) {
      deps.departure().release(this);
    }
  }

  private void takeIn(RequestRecord record, long nowMs) {
    String id = RequestId.parse(record.key());
    MDC.put(LoggedRequest.ID, id);
    if (record.value() == null) {
      intake.cancel(id, record, nowMs);
      return;
    }
    int bytes = record.value().length;
    int most = deps.admission().maxRequestBytes();
    if (bytes > most) {
      intake.unreadable(
          id, record, "value: " + bytes + " bytes; at most " + most + " are allowed here", nowMs);
      return;
    }
    check(id, record, nowMs);
  }

  /**
   * Tokenizers are native code. Whatever does not come back from here, an exception apart, has
   * taken the process down.
   */
  private void check(String id, RequestRecord record, long nowMs) {
    int partition = record.origin().partition();
    int deaths = deps.checks().begin(partition, record.origin().offset());
    try {
      if (deaths < deps.admission().maxAttempts()) {
        decodeAndTake(id, record, nowMs);
      } else {
        intake.deadly(id, record, deaths, nowMs);
      }
    } catch (RuntimeException e) {
      deps.checks().end(partition);
      throw e;
    }
    deps.checks().end(partition);
  }

  private void decodeAndTake(String id, RequestRecord record, long nowMs) {
    GenerationRequest request;
    try {
      request = decoder.decode(record.headers(), record.requireValue());
    } catch (SerializationException e) {
      intake.unreadable(id, record, "value: cannot be decoded: " + e.getMessage(), nowMs);
      throw e;
    }
    intake.request(id, record, request, nowMs);
  }

  /** The stores stay for the next owner. */
  @Override
  public void close() {
    bell.remove(wantsLook);
    output.close();
    generations.close();
    deps.departure().release(this);
  }
}
