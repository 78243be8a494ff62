package io.clada.bench;

import java.util.concurrent.Flow;
import java.util.function.Predicate;

/** Reads server-sent events as fast as they come. */
final class LineSubscriber implements Flow.Subscriber<String> {
  private final Predicate<String> listener;
  private volatile int tokens;
  private volatile long firstNanos;
  private volatile boolean done;

  /**
   * @param listener says whether a line has a token
   */
  LineSubscriber(Predicate<String> listener) {
    this.listener = listener;
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // calls come one by one
  public void onNext(String line) {
    if (listener.test(line) && tokens++ == 0) {
      firstNanos = System.nanoTime();
    }
    done |= line.equals("data: [DONE]");
  }

  @Override
  public void onError(Throwable failure) {
    // the response's own future says so
  }

  @Override
  public void onComplete() {}

  int tokens() {
    return tokens;
  }

  /** When the first token came, by {@link System#nanoTime}. */
  long firstNanos() {
    return firstNanos;
  }

  boolean isDone() {
    return done;
  }
}
