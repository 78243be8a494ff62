package io.clada.worker;

import io.clada.engine.Finish;
import io.clada.engine.GeneratedToken;
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

  private final EngineOutput output;
  private final Generations generations;
  private final ProgressStore progress;
  private final TokenEvents tokens;
  private final TelemetryEvents telemetry;
  private final Outputs outputs;
  private final WorkerMetrics metrics;

  Drain(
      EngineOutput output,
      Generations generations,
      ProgressStore progress,
      String model,
      Outputs outputs,
      WorkerMetrics metrics) {
    this.output = output;
    this.generations = generations;
    this.progress = progress;
    this.tokens = new TokenEvents(model);
    this.telemetry = new TelemetryEvents(model);
    this.outputs = outputs;
    this.metrics = metrics;
  }

  void run(long nowMs) {
    Map<Generation, ChunkBuilder> chunks = new LinkedHashMap<>();
    for (int i = 0; i < MOST; i++) {
      Emission emission = output.poll();
      if (emission == null) {
        break;
      }
      Generation generation = generations.find(emission.id());
      if (generation == null || generation.epoch() != emission.epoch()) {
        continue; // it ended, or was taken up again, while this was on its way
      }
      if (forward(generation, emission.token(), chunks, nowMs)) {
        chunks.remove(generation);
        generations.end(generation);
      }
    }
    chunks.forEach((generation, chunk) -> progress.append(generation.id(), chunk.build()));
  }

  /** True if this was the last of its request. */
  private boolean forward(
      Generation generation,
      GeneratedToken token,
      Map<Generation, ChunkBuilder> chunks,
      long nowMs) {
    byte @Nullable [] trace = generation.traceparent();
    Finish finish = token.finish();
    String fault = fault(generation, token);
    if (fault != null) {
      outputs.token(
          generation.request(),
          tokens.ended(generation, io.clada.schemas.Finish.ERROR, fault, nowMs),
          trace);
      return true;
    }
    metrics.token(generation, token, nowMs);
    outputs.token(generation.request(), tokens.token(generation, token), trace);
    if (token.window() != null) {
      outputs.telemetry(telemetry.window(generation, token.window(), token), trace);
    }
    if (token.tokenId() != null) {
      chunks
          .computeIfAbsent(generation, g -> new ChunkBuilder(g.nextIndex()))
          .add(token.tokenId(), token);
      generation.forwardedOne(nowMs);
    }
    if (finish != null && finish.neuronEnergy() != null) {
      outputs.neurons(telemetry.neurons(generation, finish, finish.neuronEnergy()), trace);
    }
    return finish != null;
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
