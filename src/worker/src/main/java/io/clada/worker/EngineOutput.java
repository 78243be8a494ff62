package io.clada.worker;

import io.clada.engine.GeneratedToken;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tokens on their way from the engine's thread to one task's stream thread. A task that is taken up
 * again gets a new one; what still arrives at a closed one is discarded.
 */
final class EngineOutput implements AutoCloseable {
  private final Queue<Emission> queue = new ConcurrentLinkedQueue<>();
  private final Bell bell;
  private volatile boolean closed;

  /**
   * A token and the hand-over it belongs to.
   *
   * @param id request id
   * @param epoch of the {@link Generation}
   * @param token as the engine made it
   */
  record Emission(String id, long epoch, GeneratedToken token) {}

  /**
   * @param bell of the stream thread
   */
  EngineOutput(Bell bell) {
    this.bell = bell;
  }

  Consumer<GeneratedToken> listener(Generation generation) {
    String id = generation.id();
    long epoch = generation.epoch();
    return token -> {
      if (!closed) {
        queue.add(new Emission(id, epoch, token));
        bell.ring();
      }
    };
  }

  boolean hasMore() {
    return !queue.isEmpty();
  }

  @Nullable Emission poll() {
    return queue.poll();
  }

  @Override
  public void close() {
    closed = true;
    queue.clear();
  }
}
