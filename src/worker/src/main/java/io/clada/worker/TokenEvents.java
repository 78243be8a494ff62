package io.clada.worker;

import io.clada.engine.FinishReason;
import io.clada.engine.GeneratedToken;
import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Finish;
import io.clada.schemas.Timings;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;
import org.jspecify.annotations.Nullable;

/** From what the engine says to what stands on the tokens' topic. */
final class TokenEvents {
  private TokenEvents() {}

  /**
   * A token of a generation; with the engine's finish it ends the request. If the engine only says
   * so because the worker wanted it to, the reason is the worker's.
   */
  static TokenEvent token(Generation generation, GeneratedToken token) {
    Integer tokenId = token.tokenId();
    TokenEvent.Builder event =
        of(generation, token.index()).setTokenId(tokenId).setText(token.text());
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
      Generation.Ending ending = generation.ending();
      if (ending != null && finish.reason() == FinishReason.CANCELLED) {
        event.setFinish(ending.finish()).setMessage(ending.message());
      } else {
        event.setFinish(reason(finish)).setMessage(finish.message());
      }
      event.setUsage(usage(generation, finish)).setTimings(timings(generation, finish));
    }
    return event.build();
  }

  /**
   * Ends a request that never became a generation.
   *
   * @param model that would have answered
   */
  static TokenEvent refusal(String id, String model, Refusal refusal) {
    return TokenEvent.newBuilder()
        .setId(id)
        .setModel(model)
        .setTokenIndex(0)
        .setFinish(refusal.finish())
        .setMessage(refusal.message())
        .setUsage(Usage.newBuilder().build())
        .setTimings(Timings.newBuilder().build())
        .setRetryAfterSeconds(refusal.retryAfterSeconds())
        .build();
  }

  /**
   * Ends a generation without the engine, whose figures are therefore missing: no ratios, and the
   * prefill's time is part of {@code queue_seconds}.
   */
  static TokenEvent ended(
      Generation generation, Finish finish, @Nullable String message, long nowMs) {
    boolean started = generation.firstTokenMs() >= 0;
    long firstMs = started ? generation.firstTokenMs() : nowMs;
    return of(generation, generation.nextIndex())
        .setFinish(finish)
        .setMessage(message)
        .setUsage(
            Usage.newBuilder()
                .setPromptTokens(generation.facts().getPromptTokens())
                .setCompletionTokens(generation.nextIndex())
                .setSeed(generation.facts().getSeed())
                .setThresholdsVersion(generation.facts().getThresholdsVersion())
                .build())
        .setTimings(
            Timings.newBuilder()
                .setQueueSeconds((firstMs - generation.arrivedMs()) / 1e3)
                .setDecodeSeconds((nowMs - firstMs) / 1e3)
                .build())
        .build();
  }

  private static TokenEvent.Builder of(Generation generation, int index) {
    return TokenEvent.newBuilder()
        .setId(generation.id())
        .setModel(generation.facts().getModel())
        .setAttempt(generation.attempt().getNumber())
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
        .setPromptTokens(generation.facts().getPromptTokens())
        .setCompletionTokens(finish.completionTokens())
        .setSeed(generation.facts().getSeed())
        .setActiveNeuronRatio(
            mean(resumed, resumed.activeNeuronRatioSum(), finish, finish.activeNeuronRatio()))
        .setWeightsReadRatio(
            mean(resumed, resumed.weightsReadRatioSum(), finish, finish.weightsReadRatio()))
        .setThresholdsVersion(generation.facts().getThresholdsVersion())
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
