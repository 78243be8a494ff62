package io.clada.engine.hf;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What generation_config.json recommends for requests that do not say; null where it is silent.
 *
 * @param eosTokenIds null where it is silent, in which case config.json's hold; {@link
 *     DecoderConfig#eosTokenIds} has the outcome
 */
public record GenerationDefaults(
    @Nullable Boolean doSample,
    @Nullable Double temperature,
    @Nullable Integer topK,
    @Nullable Double topP,
    @Nullable Double repetitionPenalty,
    @Nullable Set<Integer> eosTokenIds) {

  public GenerationDefaults {
    eosTokenIds = eosTokenIds == null ? null : Set.copyOf(eosTokenIds);
  }

  /** For a directory without generation_config.json. */
  static GenerationDefaults none() {
    return new GenerationDefaults(null, null, null, null, null, null);
  }

  static GenerationDefaults of(JsonFile json) {
    return new GenerationDefaults(
        json.bool("do_sample"),
        json.number("temperature"),
        json.whole("top_k", 0),
        json.number("top_p"),
        json.number("repetition_penalty"),
        json.tokenIds("eos_token_id"));
  }
}
