package io.clada.engine.decoder;

/**
 * How the script picks the token that follows a row.
 *
 * @param target the token to score instead of drawing one; -1: draw
 * @param uniform decides the draw, in [0, 1)
 */
public record Draw(int target, double uniform) {
  /** Draws by this number in [0, 1). */
  public static Draw by(double uniform) {
    return new Draw(-1, uniform);
  }

  /** Scores this token; {@link Step#token} is then the likeliest one. */
  public static Draw scoring(int token) {
    return new Draw(token, 0);
  }
}
