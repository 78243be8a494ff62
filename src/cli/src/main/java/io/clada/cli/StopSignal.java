package io.clada.cli;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Ctrl-C or SIGTERM: tells the command to stop, and holds the process until the command has closed
 * what it opened, but no longer than it was told to. Ctrl-C after that ends the process at once.
 *
 * <p>Open it before everything else, so that it closes last. The Java runtime then ends the process
 * with 128 plus the signal's number (130 for Ctrl-C).
 */
final class StopSignal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Duration patience;
  private final Deque<Runnable> actions = new ArrayDeque<>();
  private final CompletableFuture<@Nullable Void> raised = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook = new Thread(this::raise, "clada-stop");

  private final InterruptSignal interrupt = InterruptSignal.handle(this::isRaised);

  private StopSignal(Duration patience) {
    this.patience = patience;
  }

  static StopSignal install() {
    return install(PATIENCE);
  }

  /**
   * @param patience with what the command has to close
   */
  static StopSignal install(Duration patience) {
    StopSignal signal = new StopSignal(patience);
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Runs {@code action} on another thread when the signal comes, the latest one first. */
  void onStop(Runnable action) {
    synchronized (actions) {
      actions.push(action);
    }
    if (isRaised()) {
      action.run();
    }
  }

  boolean isRaised() {
    return raised.isDone();
  }

  /** Waits for the signal. */
  void await() {
    raised.join();
  }

  /** Waits for the signal; false if it does not come so soon. */
  boolean await(Duration atMost) throws InterruptedException {
    try {
      raised.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Waits for the signal, or for a part to end.
   *
   * @param end returns or throws when the part has ended, and is left waiting if the signal is
   *     first
   * @throws CompletionException around what the part died of
   */
  void awaitUnless(Callable<?> end) {
    CompletableFuture<@Nullable Void> ended = new CompletableFuture<>();
    Thread waiting =
        new Thread(
            () -> {
              try {
                end.call();
                ended.complete(null);
              } catch (Exception e) {
                ended.completeExceptionally(e);
              }
            },
            "clada-wait");
    waiting.setDaemon(true);
    waiting.start();
    CompletableFuture.anyOf(raised, ended).join();
  }

  private void raise() {
    raised.complete(null);
    Deque<Runnable> pending;
    synchronized (actions) {
      pending = new ArrayDeque<>(actions);
    }
    pending.forEach(Runnable::run);
    try {
      if (!closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("clada: stopped before everything was closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed.countDown();
    if (!isRaised()) {
      interrupt.close();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The process is already ending.
      }
    }
  }
}
