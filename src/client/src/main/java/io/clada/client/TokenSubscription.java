package io.clada.client;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Hands a stream's tokens to its subscriber as it asks for them, without a thread that waits. */
final class TokenSubscription implements Flow.Subscription {
  private final TokenStream stream;
  private final Executor executor;
  private final Flow.Subscriber<? super TokenUpdate> subscriber;
  private final AtomicLong wanted = new AtomicLong();

  /** Signals that were not looked after yet; who raises it from 0 has it looked after. */
  private final AtomicInteger signals = new AtomicInteger();

  private volatile @Nullable RuntimeException misuse;
  private volatile boolean done;

  TokenSubscription(
      TokenStream stream, Executor executor, Flow.Subscriber<? super TokenUpdate> subscriber) {
    this.stream = stream;
    this.executor = executor;
    this.subscriber = subscriber;
  }

  @Override
  public void request(long tokens) {
    if (tokens <= 0) {
      misuse = new IllegalArgumentException(tokens + " tokens were requested; the least is 1");
    } else {
      wanted.accumulateAndGet(tokens, (old, more) -> old + more < 0 ? Long.MAX_VALUE : old + more);
    }
    signal();
  }

  @Override
  public void cancel() {
    done = true;
    stream.close();
  }

  /** Something may have come, or be wanted. Called by any thread. */
  void signal() {
    if (signals.getAndIncrement() == 0) {
      try {
        executor.execute(this::handOver);
      } catch (RejectedExecutionException e) {
        cancel();
      }
    }
  }

  private void handOver() {
    int seen = signals.get();
    do {
      try {
        while (!done && next()) {
          // as long as there are tokens, and they are wanted
        }
      } catch (RuntimeException e) {
        fail(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        fail(new ClientException("interrupted while tokens were handed over", e));
      }
      seen = signals.addAndGet(-seen);
    } while (seen != 0);
  }

  private boolean next() throws InterruptedException {
    RuntimeException wrong = misuse;
    if (wrong != null) {
      throw wrong;
    }
    if (!stream.hasNext()) {
      cancel();
      subscriber.onComplete();
      return false;
    }
    TokenUpdate update = wanted.get() == 0 ? null : stream.poll(Duration.ZERO);
    if (update == null) {
      return false;
    }
    if (wanted.get() != Long.MAX_VALUE) {
      wanted.decrementAndGet();
    }
    subscriber.onNext(update);
    return true;
  }

  /** After a cancellation nobody is told of anything. */
  private void fail(RuntimeException reason) {
    if (!done) {
      cancel();
      subscriber.onError(reason);
    }
  }
}
