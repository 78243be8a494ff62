package io.clada.engine.decoder;

/**
 * A sequence's sampling, in the order of Hugging Face's processors and warpers.
 *
 * @param temperature 0 is argmax
 * @param topK 0: no limit
 * @param topP in (0, 1]
 * @param repetitionPenalty 1: none
 */
public record Sampling(double temperature, int topK, double topP, double repetitionPenalty) {
  /** The likeliest token. */
  public static final Sampling GREEDY = new Sampling(0, 0, 1, 1);
}
