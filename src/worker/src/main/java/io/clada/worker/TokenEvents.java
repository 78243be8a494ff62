package io.clada.worker;

import io.clada.engine.GeneratedToken;
import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Finish;
import io.clada.schemas.Timings;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import org.jspecify.annotations.Nullable;

/** From what the engine says to what stands on the tokens' topic. */
final class TokenEvents {
  private final String model;

  TokenEvents(String model) {
    this.model = model;
  }

  /** A token of a generation; with the engine's finish it ends the request. */
  TokenEvent token(Generation generation, GeneratedToken token) {
    Integer tokenId = token.tokenId();
    TokenEvent.Builder event =
        of(generation.id(), generation.attempt(), token.index())
            .setTokenId(tokenId)
            .setText(token.text());
    if (tokenId != null) {
      event
          .setSurprisal(token.surprisal())
          .setEntropy(token.entropy())
          .setLoad(load(token))
          .setActiveNeuronRatio((float) token.activeNeuronRatio())
          .setWeightsReadRatio((float) token.weightsReadRatio());
    }
    io.clada.engine.Finish finish = token.finish();
    if (finish != null) {
      event
          .setFinish(reason(finish))
          .setMessage(finish.message())
          .setUsage(usage(generation, finish))
          .setTimings(timings(generation, finish));
    }
    return event.build();
  }

  /** Ends a request that never became a generation. */
  TokenEvent refusal(String id, Finish finish, String message) {
    return of(id, 0, 0)
        .setFinish(finish)
        .setMessage(message)
        .setUsage(Usage.newBuilder().build())
        .setTimings(Timings.newBuilder().build())
        .build();
  }

  /**
   * Ends a generation without waiting for the engine, whose figures are therefore missing: no count
   * of prompt tokens, and the prefill's time is part of {@code queue_seconds}.
   */
  TokenEvent ended(Generation generation, Finish finish, @Nullable String message, long nowMs) {
    boolean started = generation.firstTokenMs() >= 0;
    long firstMs = started ? generation.firstTokenMs() : nowMs;
    return of(generation.id(), generation.attempt(), generation.nextIndex())
        .setFinish(finish)
        .setMessage(message)
        .setUsage(
            Usage.newBuilder()
                .setCompletionTokens(generation.nextIndex())
                .setSeed(generation.stored().getSeed())
                .setThresholdsVersion(generation.stored().getThresholdsVersion())
                .build())
        .setTimings(
            Timings.newBuilder()
                .setQueueSeconds((firstMs - generation.arrivedMs()) / 1e3)
                .setDecodeSeconds((nowMs - firstMs) / 1e3)
                .build())
        .build();
  }

  private TokenEvent.Builder of(String id, int attempt, int index) {
    return TokenEvent.newBuilder()
        .setId(id)
        .setModel(model)
        .setAttempt(attempt)
        .setTokenIndex(index);
  }

  private static CognitiveLoad load(GeneratedToken token) {
    return switch (token.load()) {
      case LOW -> CognitiveLoad.LOW;
      case MEDIUM -> CognitiveLoad.MEDIUM;
      case HIGH -> CognitiveLoad.HIGH;
    };
  }

  private static Finish reason(io.clada.engine.Finish finish) {
    return switch (finish.reason()) {
      case STOP -> Finish.STOP;
      case LENGTH -> Finish.LENGTH;
      case CANCELLED -> Finish.CANCELLED;
      case ERROR -> Finish.ERROR;
    };
  }

  private static Usage usage(Generation generation, io.clada.engine.Finish finish) {
    Progress resumed = generation.resumed();
    return Usage.newBuilder()
        .setPromptTokens(finish.promptTokens())
        .setCompletionTokens(finish.completionTokens())
        .setSeed(generation.stored().getSeed())
        .setActiveNeuronRatio(
            mean(resumed, resumed.activeNeuronRatioSum(), finish, finish.activeNeuronRatio()))
        .setWeightsReadRatio(
            mean(resumed, resumed.weightsReadRatioSum(), finish, finish.weightsReadRatio()))
        .setThresholdsVersion(generation.stored().getThresholdsVersion())
        .build();
  }

  /** Over all attempts, where the engine's own figure covers only its own. */
  private static float mean(
      Progress resumed, double earlierSum, io.clada.engine.Finish finish, double ownMean) {
    int earlier = resumed.tokens().size();
    int own = Math.max(0, finish.completionTokens() - earlier);
    return (float) (earlier == 0 ? ownMean : (earlierSum + own * ownMean) / (earlier + own));
  }

  private static Timings timings(Generation generation, io.clada.engine.Finish finish) {
    double beforeSubmission = (generation.submittedMs() - generation.arrivedMs()) / 1e3;
    return Timings.newBuilder()
        .setQueueSeconds(beforeSubmission + finish.queueSeconds())
        .setTimeToFirstTokenSeconds(finish.timeToFirstTokenSeconds())
        .setDecodeSeconds(finish.decodeSeconds())
        .build();
  }
}
