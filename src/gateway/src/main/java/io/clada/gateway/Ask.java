package io.clada.gateway;

import io.clada.client.Reading;
import io.clada.schemas.GenerationRequest;

/**
 * What a client asks for.
 *
 * @param request for the fleet
 * @param streamed by server-sent events, token by token
 * @param usage whether a streamed answer ends with what it took
 * @param logprobs whether each token comes with its probability
 */
record Ask(
    Endpoint endpoint,
    GenerationRequest request,
    Reading reading,
    boolean streamed,
    boolean usage,
    boolean logprobs) {
  private static final int CHARACTERS_PER_TOKEN = 4;
  private static final int DEFAULT_TOKENS = 256;

  /** As far as can be told before the model has seen it. */
  long estimatedPromptTokens() {
    long characters = request.getPrompt().length();
    characters += request.getMessages().stream().mapToLong(m -> m.getContent().length()).sum();
    return characters / CHARACTERS_PER_TOKEN;
  }

  /** What it may take at most. */
  long estimatedTokens() {
    Integer most = request.getMaxNewTokens();
    return estimatedPromptTokens() + (most == null ? DEFAULT_TOKENS : Math.max(0, most));
  }
}
