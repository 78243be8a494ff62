package io.clada.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * One request by itself: prompt, dense prefill, then decode steps until the token that carries a
 * {@link Finish}. Runs on the caller's thread, which is the only one that may use it.
 */
public final class Generation implements Iterator<GeneratedToken>, AutoCloseable {
  private final Stepper stepper;
  private final ActiveGeneration active;
  private final Deque<GeneratedToken> ready = new ArrayDeque<>();
  private boolean ended;

  Generation(CladaModel model, ActiveGeneration active) {
    this.active = active;
    stepper = model.stepper();
    int room = Math.min(model.config().maxPositions(), active.longest());
    active.open(model.decoder().sequence(room));
  }

  @Override
  public boolean hasNext() {
    return !ended;
  }

  @Override
  public GeneratedToken next() {
    if (ended) {
      throw new NoSuchElementException("the generation has ended");
    }
    FinishReason before = active.endedBefore();
    if (before != null) {
      ready.add(active.end(before, null));
    }
    while (ready.isEmpty()) {
      if (active.decoding()) {
        stepper.decode(List.of(active), (generation, token) -> ready.add(token));
      } else {
        stepper.prefill(active, (generation, token) -> ready.add(token));
      }
    }
    GeneratedToken token = ready.remove();
    ended = token.finish() != null;
    return token;
  }

  /** The token that the model thought likeliest where the last one was scored. */
  int likeliest() {
    return active.likeliest();
  }

  @Override
  public void close() {
    ended = true;
    active.close();
  }
}
