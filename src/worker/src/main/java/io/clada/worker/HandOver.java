package io.clada.worker;

import io.clada.engine.Backbone;
import io.clada.engine.Engine;
import io.clada.engine.GenerationSpec;
import io.clada.engine.InvalidRequestException;
import io.clada.schemas.Finish;
import io.clada.schemas.GenerationRequest;
import io.clada.worker.state.Attempt;
import io.clada.worker.state.StoredRequest;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From the queue to the engine, in two steps: first it is recorded that this worker hands the
 * request over, and when that is committed the engine gets it. A request that kills the worker,
 * however soon, is therefore known to have been at its engine.
 */
final class HandOver {
  private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);

  private final Dependencies deps;
  private final ProcessorContext<Object, Object> context;
  private final Turns turns;
  private final Generations generations;
  private final Endings endings;
  private final RequestStore requests;
  private final RequestDecoder decoder;
  private final EngineOutput output;
  private final AfterCommit recorded;

  HandOver(
      Dependencies deps,
      ProcessorContext<Object, Object> context,
      Turns turns,
      Generations generations,
      Endings endings,
      RequestStore requests,
      RequestDecoder decoder,
      EngineOutput output) {
    this.deps = deps;
    this.context = context;
    this.turns = turns;
    this.generations = generations;
    this.endings = endings;
    this.requests = requests;
    this.decoder = decoder;
    this.output = output;
    this.recorded = new AfterCommit(deps.commits());
  }

  /**
   * Submits what has been recorded, and records what is next.
   *
   * @param task on whose behalf
   */
  void run(Object task, long nowMs) {
    recorded.run();
    deps.scheduler().dispatch(nowMs);
    boolean startsAtOnce = false;
    for (Ticket turn = turns.poll(); turn != null; turn = turns.poll()) {
      Generation generation = generations.find(turn.id());
      if (generation == null || generation.ticket() != turn) {
        continue; // it ended meanwhile
      }
      if (!deps.departure().hold(task)) {
        return;
      }
      Backbones.Pinned pinned = deps.backbones().pin(generation);
      endings.record(
          generation,
          Attempt.newBuilder(generation.attempt())
              .setHandedTo(deps.fleet().self())
              .setBackbone(pinned.layers())
              .build());
      recorded.add(generation.id(), () -> submit(generation, pinned.backbone()));
      startsAtOnce |= deps.scheduler().hasIdleSlot(turn.model());
    }
    if (startsAtOnce) {
      context.commit(); // where the engine is busy the next regular commit is soon enough
    }
  }

  /** Whether something is to be submitted as soon as it is committed. */
  boolean isWaiting() {
    return !recorded.isEmpty();
  }

  /** Records that this worker has nothing at its engines any more, which it then has not. */
  void takeBack() {
    for (Generation generation : generations.all()) {
      if (!generation.isReleased() && generation.attempt().getHandedTo() != null) {
        generation.release();
        deps.engines().get(generation.facts().getModel()).cancel(generation.engineId());
        endings.record(
            generation, Attempt.newBuilder(generation.attempt()).setHandedTo(null).build());
      }
    }
  }

  private void submit(Generation generation, @Nullable Backbone backbone) {
    if (!generations.isActive(generation) || generation.isReleased()) {
      return;
    }
    Engine engine = deps.engines().get(generation.facts().getModel());
    long nowMs = context.currentSystemTimeMs();
    try {
      StoredRequest stored = requests.get(generation.id());
      GenerationRequest request = decoder.decode(Buffers.copy(stored.getValue()));
      GenerationSpec spec =
          Specs.of(generation, request, stored.getRendered(), backbone, deps.admission());
      if (generation.attempt().getNumber() > 0) {
        engine.validate(spec); // another process did, perhaps with another model
      }
      engine.submit(spec, output.listener(generation));
      generation.submitted(request, nowMs);
    } catch (InvalidRequestException e) {
      endings.end(generation, Finish.INVALID, e.getMessage(), nowMs);
    } catch (RetriableException e) {
      throw e; // of the schema registry
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("Request {} could not be handed to the engine", generation.id(), e);
      endings.end(
          generation,
          Finish.ERROR,
          "the engine did not take the request; the worker's log says why",
          nowMs);
    }
  }
}
