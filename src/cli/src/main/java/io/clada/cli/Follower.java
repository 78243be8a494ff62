package io.clada.cli;

import io.clada.client.TokenStream;
import io.clada.client.TokenUpdate;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Reads answers to their ends for a person, who is told when nothing comes. */
final class Follower {
  private static final Duration SILENCE = Duration.ofSeconds(10);

  private final Duration timeout;
  private final Console console;
  private boolean warned;

  /**
   * @param timeout how long to wait for the next token
   */
  Follower(Duration timeout, Console console) {
    this.timeout = timeout;
    this.console = console;
  }

  /**
   * Returns when each answer has its finish.
   *
   * @param listener hears each token that counts
   * @throws CliException if nothing came for longer than the timeout
   */
  void follow(TokenStream tokens, Consumer<TokenUpdate> listener) throws InterruptedException {
    while (tokens.hasNext()) {
      TokenUpdate update = next(tokens);
      if (update != null) {
        listener.accept(update);
      } else if (tokens.hasNext()) {
        throw new CliException(
            "no token arrived in " + timeout.toSeconds() + " s: is a worker running?");
      }
    }
  }

  private @Nullable TokenUpdate next(TokenStream tokens) throws InterruptedException {
    Duration quiet = timeout.compareTo(SILENCE) < 0 ? timeout : SILENCE;
    TokenUpdate update = tokens.poll(quiet);
    if (update != null || !tokens.hasNext()) {
      return update;
    }
    if (!warned && quiet.compareTo(timeout) < 0) {
      console.note("clada: still waiting; is a worker running?");
      warned = true;
    }
    return tokens.poll(timeout.minus(quiet));
  }
}
