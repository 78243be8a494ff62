package io.clada.engine;

import org.jspecify.annotations.Nullable;

/**
 * How the next token is drawn. Applied in the order of Hugging Face transformers: repetition
 * penalty, temperature, top-k, top-p. A null takes the model's own default
 * (generation_config.json), else the one named here.
 *
 * @param doSample false: argmax; default true
 * @param temperature divides the logits, 0 to 2; 0 is argmax; default 0.7
 * @param topK draw from this many tokens at most, 0 for no limit; default 0
 * @param topP draw from the fewest tokens whose probabilities add up to this, in (0, 1]; default
 *     0.9
 * @param repetitionPenalty divides the logits of tokens seen before, 0.1 to 10; default 1
 * @param seed with the token's index the key of its draw, so that a resumed generation draws what
 *     it would have drawn
 */
public record SamplingParameters(
    @Nullable Boolean doSample,
    @Nullable Double temperature,
    @Nullable Integer topK,
    @Nullable Double topP,
    @Nullable Double repetitionPenalty,
    long seed) {}
