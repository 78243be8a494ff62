package io.clada.cli;

import io.clada.engine.Finish;
import io.clada.engine.GeneratedToken;
import io.clada.schemas.CognitiveLoad;
import io.clada.schemas.Timings;
import io.clada.schemas.TokenEvent;
import io.clada.schemas.Usage;

/** What the engine generated without Kafka, in the form that workers publish. */
final class TokenEvents {
  private final String id;
  private final String model;
  private final long seed;

  TokenEvents(String id, String model, long seed) {
    this.id = id;
    this.model = model;
    this.seed = seed;
  }

  TokenEvent event(GeneratedToken token) {
    boolean own = token.tokenId() != null;
    TokenEvent.Builder event =
        TokenEvent.newBuilder()
            .setId(id)
            .setModel(model)
            .setTokenIndex(token.index())
            .setTokenId(token.tokenId())
            .setText(token.text())
            .setSurprisal(own ? token.surprisal() : null)
            .setEntropy(own ? token.entropy() : null)
            .setLoad(own ? CognitiveLoad.valueOf(token.load().name()) : CognitiveLoad.UNKNOWN)
            .setActiveNeuronRatio((float) token.activeNeuronRatio())
            .setWeightsReadRatio((float) token.weightsReadRatio());
    Finish finish = token.finish();
    if (finish != null) {
      event
          .setFinish(io.clada.schemas.Finish.valueOf(finish.reason().name()))
          .setMessage(finish.message())
          .setUsage(usage(finish))
          .setTimings(
              Timings.newBuilder()
                  .setQueueSeconds(finish.queueSeconds())
                  .setTimeToFirstTokenSeconds(finish.timeToFirstTokenSeconds())
                  .setDecodeSeconds(finish.decodeSeconds())
                  .build());
    }
    return event.build();
  }

  private Usage usage(Finish finish) {
    return Usage.newBuilder()
        .setPromptTokens(finish.promptTokens())
        .setCompletionTokens(finish.completionTokens())
        .setSeed(seed)
        .setActiveNeuronRatio((float) finish.activeNeuronRatio())
        .setWeightsReadRatio((float) finish.weightsReadRatio())
        .build();
  }
}
