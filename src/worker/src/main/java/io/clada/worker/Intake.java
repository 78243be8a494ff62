package io.clada.worker;

import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.schemas.TokenEvent;
import io.clada.worker.Admission.Admitted;
import io.clada.worker.Admission.Refused;
import io.clada.worker.Admission.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a record of the requests' topic, by what is known under its id: a request that is
 * new is judged and queued; one that is queued or running is that one; one that has ended is told
 * so again, unless it wants to run again.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final Dependencies deps;
  private final Admission admission;
  private final Generations generations;
  private final FinishedRequests finished;
  private final Endings endings;
  private final Drain drain;
  private final Outputs outputs;

  Intake(
      Dependencies deps,
      Generations generations,
      FinishedRequests finished,
      Endings endings,
      Drain drain,
      Outputs outputs) {
    this.deps = deps;
    this.admission = new Admission(deps);
    this.generations = generations;
    this.finished = finished;
    this.endings = endings;
    this.drain = drain;
    this.outputs = outputs;
  }

  void request(String id, RequestRecord record, GenerationRequest request, long nowMs) {
    Generation active = generations.find(id);
    if (active != null && request.getRerun()) {
      endings.endNow(active, nowMs); // where only the engine's farewell is missing
    }
    if (generations.find(id) != null) {
      LOG.info("Request {} is queued or running: its duplicate is ignored", id);
      return;
    }
    TokenEvent ended = request.getRerun() ? null : finished.find(id, nowMs);
    if (ended != null) {
      LOG.info("Request {} has ended: its duplicate is told so", id);
      outputs.again(ended, record.traceparent());
      return;
    }
    Verdict verdict = judge(id, record, request, nowMs);
    if (verdict instanceof Admitted admitted) {
      generations.enter(id, admitted.request(), nowMs);
    } else if (verdict instanceof Refused refused) {
      refuse(id, record, request, refused.refusal(), nowMs);
    }
  }

  /** For a request that could not even be read: whoever waits under its id is told. */
  void unreadable(String id, RequestRecord record, String message, long nowMs) {
    if (generations.find(id) == null) {
      refuse(id, record, null, new Refusal(Finish.INVALID, message), nowMs);
    }
  }

  /** For a request that the process did not survive checking, too often to try again. */
  void deadly(String id, RequestRecord record, int deaths, long nowMs) {
    String message =
        "a worker died "
            + deaths
            + " times while it checked this request (clada.max.attempts="
            + deps.admission().maxAttempts()
            + "); it is set aside among the dead letters, and checked again only with rerun";
    LOG.error("Request {}: {}", id, message);
    outputs.deadLetter(record, new WorkerException(message));
    deps.metrics().quarantined();
    if (generations.find(id) == null) {
      TokenEvent end = TokenEvents.refusal(id, model(null), new Refusal(Finish.ERROR, message));
      outputs.token(null, end, record.traceparent());
      finished.ended(id, end, nowMs);
    }
  }

  /** A tombstone. */
  void cancel(String id, RequestRecord record, long nowMs) {
    Generation generation = generations.find(id);
    if (generation == null) {
      finished.cancelled(id, record.timestamp(), nowMs);
      return;
    }
    drain.run(nowMs); // what was generated before the cancellation is still told
    if (generations.isActive(generation)) {
      endings.endSoon(generation, Finish.CANCELLED, null, nowMs);
    }
  }

  private Verdict judge(String id, RequestRecord record, GenerationRequest request, long nowMs) {
    if (finished.isCancelled(id, record.timestamp(), nowMs)) {
      return new Refused(new Refusal(Finish.CANCELLED, null));
    }
    if (generations.size() >= deps.admission().maxQueuedRequests()) {
      return new Refused(
          new Refusal(
              Finish.OVERLOADED,
              "the queue is full ("
                  + deps.admission().maxQueuedRequests()
                  + " requests in this partition); post the request again later",
              deps.scheduler().retryAfterSeconds(nowMs)));
    }
    return admission.judge(id, record, request, nowMs);
  }

  private void refuse(
      String id,
      RequestRecord record,
      @Nullable GenerationRequest request,
      Refusal refusal,
      long nowMs) {
    TokenEvent event = TokenEvents.refusal(id, model(request), refusal);
    outputs.token(request == null ? null : Asked.of(request), event, record.traceparent());
    if (refusal.finish() == Finish.CANCELLED || refusal.finish() == Finish.DEADLINE) {
      finished.ended(id, event, nowMs);
    }
  }

  /** Who would have answered; empty if nobody. */
  private String model(@Nullable GenerationRequest request) {
    String model = deps.engines().resolve(request == null ? "" : request.getModel());
    return deps.engines().find(model) == null ? "" : model;
  }
}
