package io.clada.worker;

import io.clada.engine.FleetThresholds;
import io.clada.engine.InvalidRequestException;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.worker.state.StoredRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a request becomes a generation, or is told why not.
 *
 * <p>A second request with the id of one that is queued or running is ignored. Once that has ended
 * nothing is kept of it: the same id then starts a generation of its own.
 */
final class Intake {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

  private final Dependencies deps;
  private final Generations generations;
  private final Drain drain;
  private final Outputs outputs;
  private final TokenEvents events;

  Intake(Dependencies deps, Generations generations, Drain drain, Outputs outputs) {
    this.deps = deps;
    this.generations = generations;
    this.drain = drain;
    this.outputs = outputs;
    this.events = new TokenEvents(deps.engine().modelName());
  }

  /** Hands what the stores held to the engine, once. */
  void resume(long nowMs) {
    for (Generation generation : generations.takeRestored()) {
      Refusal refusal = check(generation);
      if (refusal == null) {
        LOG.info(
            "Request {} goes on at token {}, attempt {}",
            generation.id(),
            generation.nextIndex(),
            generation.attempt());
        deps.metrics().resumed();
        generations.start(generation, nowMs);
      } else {
        end(generation, refusal.finish(), refusal.message(), nowMs);
      }
    }
  }

  void request(String id, GenerationRequest request, byte @Nullable [] traceparent, long nowMs) {
    if (generations.find(id) != null) {
      LOG.info("Request {} is queued or running: its duplicate is ignored", id);
      return;
    }
    if (generations.size() >= deps.maxQueuedRequests()) {
      refuse(id, request, overloaded(), traceparent);
      return;
    }
    StoredRequest stored = stored(request, traceparent, nowMs);
    Generation generation = generations.create(id, request, stored, Progress.NONE, nowMs);
    Refusal refusal = check(generation);
    if (refusal == null) {
      generations.start(generation, nowMs);
    } else {
      refuse(id, request, refusal, traceparent);
    }
  }

  /** For a request that could not even be read: whoever waits under its id is told. */
  void unreadable(String id, String message, byte @Nullable [] traceparent) {
    if (generations.find(id) == null) {
      refuse(id, null, new Refusal(Finish.INVALID, message), traceparent);
    }
  }

  /** Ends what is queued or running at once; the engine's own farewell is not waited for. */
  void cancel(String id, long nowMs) {
    if (generations.find(id) == null) {
      return;
    }
    drain.run(nowMs); // what was generated before the cancellation is still told
    Generation generation = generations.find(id);
    if (generation != null) {
      end(generation, Finish.CANCELLED, null, nowMs);
    }
  }

  private record Refusal(Finish finish, String message) {}

  private Refusal overloaded() {
    return new Refusal(
        Finish.OVERLOADED,
        "the queue is full ("
            + deps.maxQueuedRequests()
            + " requests in this partition); post the request again later");
  }

  private @Nullable Refusal check(Generation generation) {
    try {
      RequestChecks.check(generation.request(), deps.engine().modelName());
      deps.engine().validate(generation.spec());
      return null;
    } catch (InvalidRequestException e) {
      return new Refusal(Finish.INVALID, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // One prompt that trips the engine must not take every worker down in turn.
      LOG.error("Request {} could not be checked", generation.id(), e);
      return new Refusal(Finish.ERROR, "the engine failed to check the request: " + e);
    }
  }

  private StoredRequest stored(
      GenerationRequest request, byte @Nullable [] traceparent, long nowMs) {
    FleetThresholds thresholds = deps.thresholds().get();
    Long seed = request.getSeed();
    return new StoredRequest(
        encode(request),
        seed == null ? deps.seeds().getAsLong() : seed,
        thresholds.version(),
        thresholds.surprisal(),
        thresholds.entropy(),
        0,
        Instant.ofEpochMilli(nowMs),
        traceparent == null ? null : ByteBuffer.wrap(traceparent));
  }

  private static ByteBuffer encode(GenerationRequest request) {
    try {
      return ByteBuffer.wrap(Buffers.copy(GenerationRequest.getEncoder().encode(request)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void refuse(
      String id,
      @Nullable GenerationRequest request,
      Refusal refusal,
      byte @Nullable [] traceparent) {
    outputs.token(request, events.refusal(id, refusal.finish(), refusal.message()), traceparent);
  }

  private void end(Generation generation, Finish finish, @Nullable String message, long nowMs) {
    outputs.token(
        generation.request(),
        events.ended(generation, finish, message, nowMs),
        generation.traceparent());
    generations.end(generation);
  }
}
