package io.clada.engine.decoder;

/**
 * How the script picks the next token.
 *
 * @param forced score the token that stands at its place already, draw nothing
 * @param temperature 0 is argmax
 * @param topK 0: no limit
 * @param topP in (0, 1]
 * @param repetitionPenalty 1: none
 * @param uniform decides the draw, in [0, 1)
 */
public record Draw(
    boolean forced,
    double temperature,
    int topK,
    double topP,
    double repetitionPenalty,
    double uniform) {
  /** Scores the token that is there. */
  public static final Draw FORCED = new Draw(true, 0, 0, 1, 1, 0);
}
