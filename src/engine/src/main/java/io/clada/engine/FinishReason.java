package io.clada.engine;

/** Why the engine ended a generation. */
public enum FinishReason {
  /** End of text, or a stop string. */
  STOP,
  /** {@code max_new_tokens} are generated, or the model's context is full. */
  LENGTH,
  /** {@link Engine#cancel} was called. */
  CANCELLED,
  /** The engine failed; the message says how. */
  ERROR
}
