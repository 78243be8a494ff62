package io.clada.worker;

import io.clada.engine.Finish;
import io.clada.engine.GeneratedToken;
import io.clada.schemas.TokenEvent;
import io.clada.worker.EngineOutput.Emission;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes what the engine made since the last time and forwards it, recording what a successor needs
 * to go on from there: one chunk per request and drain.
 */
final class Drain {
  /** An engine faster than this thread must not keep it from committing. */
  private static final int MOST = 1000;

  private final Dependencies deps;
  private final EngineOutput output;
  private final Generations generations;
  private final ProgressStore progress;
  private final Durability durability;
  private final Endings endings;
  private final Outputs outputs;

  Drain(
      Dependencies deps,
      EngineOutput output,
      Generations generations,
      ProgressStore progress,
      Durability durability,
      Endings endings,
      Outputs outputs) {
    this.deps = deps;
    this.output = output;
    this.generations = generations;
    this.progress = progress;
    this.durability = durability;
    this.endings = endings;
    this.outputs = outputs;
  }

  void run(long nowMs) {
    Map<Generation, ChunkBuilder> chunks = new LinkedHashMap<>();
    for (int i = 0; i < MOST; i++) {
      Emission emission = output.poll();
      if (emission == null) {
        break;
      }
      Generation generation = generations.find(emission.id());
      if (generation == null || generation.epoch() != emission.epoch() || generation.isReleased()) {
        continue; // it ended, or was taken up again, while this was on its way
      }
      forward(generation, emission.token(), chunks, nowMs);
      if (!generations.isActive(generation)) {
        chunks.remove(generation);
      }
    }
    chunks.forEach(
        (generation, chunk) ->
            durability.write(
                generation.id(), () -> progress.append(generation.id(), chunk.build())));
  }

  private void forward(
      Generation generation,
      GeneratedToken token,
      Map<Generation, ChunkBuilder> chunks,
      long nowMs) {
    byte @Nullable [] trace = generation.traceparent();
    String fault = fault(generation, token);
    if (fault != null) {
      endings.end(generation, io.clada.schemas.Finish.ERROR, fault, nowMs);
      return;
    }
    deps.metrics().token(generation, token, nowMs);
    if (token.window() != null) {
      outputs.telemetry(
          TelemetryEvents.window(generation, token.window(), token, deps.scheduler()), trace);
    }
    Finish finish = token.finish();
    if (finish != null && finish.neuronEnergy() != null) {
      TelemetryEvents.neurons(generation, finish, finish.neuronEnergy())
          .forEach(usage -> outputs.neurons(usage, trace));
    }
    TokenEvent event = TokenEvents.token(generation, token);
    if (token.tokenId() != null) {
      deps.scheduler().charge(generation.ticket(), 1, nowMs);
      chunks.computeIfAbsent(generation, ChunkBuilder::new).add(token.tokenId(), token);
      generation.forwardedOne(nowMs);
    }
    if (finish == null) {
      outputs.token(generation.asked(), event, trace);
    } else {
      endings.end(generation, event, nowMs);
    }
  }

  /** An engine that breaks its promise must not break the worker's: no holes, never silence. */
  private static @Nullable String fault(Generation generation, GeneratedToken token) {
    if (token.index() != generation.nextIndex()) {
      return "the engine gave token "
          + token.index()
          + " where token "
          + generation.nextIndex()
          + " was next; post the request again";
    }
    if (token.tokenId() == null && token.finish() == null) {
      return "the engine gave a token without an id; post the request again";
    }
    return null;
  }
}
