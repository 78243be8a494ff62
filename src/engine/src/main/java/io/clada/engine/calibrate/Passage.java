package io.clada.engine.calibrate;

/**
 * A text whose end is scored.
 *
 * @param ids all its tokens
 * @param prompt how many of them the model is given; at least one, and at least two follow
 */
@SuppressWarnings("ArrayRecordComponent") // never changed, and handed on to the decoder as it is
record Passage(int[] ids, int prompt) {
  /** Tokens that are scored. */
  int scored() {
    return ids.length - prompt;
  }
}
