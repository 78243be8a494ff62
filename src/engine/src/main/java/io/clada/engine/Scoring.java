package io.clada.engine;

import java.util.Iterator;

/**
 * A given continuation on its way through the model: each token is scored by the step that would
 * have generated it, sparse where that is sparse. Runs on the caller's thread, which is the only
 * one that may use it.
 */
public final class Scoring implements Iterator<Scoring.Scored>, AutoCloseable {
  private final Generation generation;

  Scoring(CladaModel model, ActiveGeneration active) {
    generation = new Generation(model, active);
  }

  /**
   * A token of the continuation.
   *
   * @param token as if it had been generated: its surprisal is the model's under the request's mode
   * @param likeliest the token that greedy decoding would have generated in its place
   */
  public record Scored(GeneratedToken token, int likeliest) {}

  @Override
  public boolean hasNext() {
    return generation.hasNext();
  }

  @Override
  public Scored next() {
    GeneratedToken token = generation.next();
    return new Scored(token, generation.likeliest());
  }

  @Override
  public void close() {
    generation.close();
  }
}
