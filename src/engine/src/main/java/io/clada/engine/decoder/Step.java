package io.clada.engine.decoder;

/**
 * What was picked behind one row.
 *
 * @param token the drawn token; where one was scored, the likeliest
 * @param surprisal -log2 of the drawn or scored token's probability under the raw logits, in bits
 * @param entropy of the raw distribution, in bits
 */
public record Step(int token, double surprisal, double entropy) {}
